package s6j.commands.portable.text;

import java.util.Arrays;
import s6j.chain.CommandException;
import s6j.posix.Room;

/**
 * So many lines as are sorted in memory at a time: some at least, and more as long as other sorts
 * have not taken what there is for all.
 */
final class SortedRun implements AutoCloseable {
  /** How many bytes of lines one holds at most, and how many lines. */
  private static final int SIZE = 1 << 20;

  private static final int LINES = 1 << 16;

  /** The same for one at least. */
  private static final int SIZE_USUAL = 32 << 10;

  private static final int LINES_USUAL = 2 << 10;

  /** A line's start and end, and its place in the order, twice. */
  private static final int PER_LINE = 16;

  /** What all sorts may have together, in bytes, beyond what each may have. */
  private static final Room TOGETHER = new Room(4 << 20);

  private final LineOrder order;
  private byte[] text = new byte[SIZE_USUAL];
  private int[] starts = new int[LINES_USUAL];
  private int[] ends = new int[LINES_USUAL];
  private int length;
  private int count;
  private int taken;

  SortedRun(LineOrder order) {
    this.order = order;
  }

  /** Adds a line; false, with nothing done, when there is no room for it. */
  boolean add(byte[] from, int start, int end) {
    int size = end - start;
    if (count > 0 && !hasRoom(size)) {
      return false;
    }
    if (length + size > text.length) {
      text = Arrays.copyOf(text, length + size);
    }
    System.arraycopy(from, start, text, length, size);
    starts[count] = length;
    length += size;
    ends[count++] = length;
    return true;
  }

  /** Makes it larger when it has to be, and may. */
  private boolean hasRoom(int size) {
    if (length + size > text.length) {
      int grown = Math.min(SIZE, 2 * text.length);
      if (length + size > grown || !take(grown - text.length)) {
        return false;
      }
      text = Arrays.copyOf(text, grown);
    }
    if (count == starts.length) {
      if (count == LINES || !take(count * PER_LINE)) {
        return false;
      }
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    return true;
  }

  private boolean take(int bytes) {
    boolean enough = TOGETHER.take(bytes);
    taken += enough ? bytes : 0;
    return enough;
  }

  /** Lets other sorts have what it has; it is not used any more. */
  @Override
  public void close() {
    TOGETHER.give(taken);
    taken = 0;
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
