package s6j.commands.portable.text;

import java.util.Arrays;
import s6j.chain.CommandException;

/** So many lines as are sorted in memory at a time. */
final class SortedRun {
  /** How many bytes of lines one holds. */
  private static final int SIZE = 1 << 20;

  private static final int LINES = 1 << 16;

  private final LineOrder order;
  private byte[] text = new byte[SIZE >> 4];
  private int[] starts = new int[LINES >> 4];
  private int[] ends = new int[LINES >> 4];
  private int length;
  private int count;

  SortedRun(LineOrder order) {
    this.order = order;
  }

  /** Adds a line; false, with nothing done, when there is no room for it. */
  boolean add(byte[] from, int start, int end) {
    int size = end - start;
    if (count == LINES || count > 0 && length + size > SIZE) {
      return false;
    }
    if (length + size > text.length) {
      text = Arrays.copyOf(text, Math.max(length + size, Math.min(SIZE, 2 * text.length)));
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    System.arraycopy(from, start, text, length, size);
    starts[count] = length;
    length += size;
    ends[count++] = length;
    return true;
  }

  /** Passes the lines on in order, those that are equal as they came; it is empty then. */
  void drainTo(LineSink sink) throws CommandException {
    int[] lines = new int[count];
    for (int i = 0; i < count; i++) {
      lines[i] = i;
    }
    sort(lines, lines.clone(), 0, count);
    for (int line : lines) {
      sink.take(text, starts[line], ends[line]);
    }
    length = 0;
    count = 0;
  }

  /** Merge sort of the lines from {@code from} on; {@code other} has the same ones. */
  private void sort(int[] lines, int[] other, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(other, lines, from, middle);
    sort(other, lines, middle, to);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft = right == to || left < middle && compare(other[left], other[right]) <= 0;
      lines[i] = takeLeft ? other[left++] : other[right++];
    }
  }

  private int compare(int one, int other) {
    return order.compare(text, starts[one], ends[one], text, starts[other], ends[other]);
  }
}
