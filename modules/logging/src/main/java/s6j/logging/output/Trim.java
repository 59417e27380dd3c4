package s6j.logging.output;

import java.util.List;

/**
 * Which archived files are too many.
 *
 * @param archives how many are kept
 * @param totalSize how many bytes they may have together, unsigned; 0 for any
 */
record Trim(long archives, long totalSize) {

  /** Whether the sizes of the files matter. */
  boolean bySize() {
    return totalSize != 0;
  }

  /**
   * How many of the oldest go.
   *
   * @param sizes of all of them, oldest first, in bytes
   */
  int excess(List<Long> sizes) {
    int gone = (int) Math.max(0, sizes.size() - archives);
    if (!bySize()) {
      return gone;
    }
    long total = 0;
    for (int i = gone; i < sizes.size(); i++) {
      total += sizes.get(i);
    }
    while (gone < sizes.size() && Long.compareUnsigned(total, totalSize) > 0) {
      total -= sizes.get(gone++);
    }
    return gone;
  }
}
