package s6j.logging;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts what is read into lines. Newline and NUL end a line; a line longer than the limit is cut
 * into pieces of exactly the limit. The start of a line whose end has not been read is kept until
 * it has.
 */
public final class LineSplitter {
  /** The limit when none is asked for, bytes. */
  public static final int DEFAULT_LIMIT = 8192;

  /** No limit is smaller than this. */
  public static final int LIMIT_MIN = 48;

  /** Takes lines. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Takes one line, without its end.
     *
     * @return whether to go on with the next one
     */
    boolean line(byte[] from, int start, int end);
  }

  /** For so many bytes or more it is worth to look at some at a time. */
  private static final int MANY = 1024;

  private static final int LIMIT_MAX = 1 << 20;

  private static final byte[] NONE = {};

  private final int limit;
  private byte[] kept = NONE;
  private int keptLength;

  /**
   * @param limit how long a line may be, bytes; 0 for as long as any may be: a line is kept until
   *     its end, in memory that is everybody's
   */
  public LineSplitter(long limit) {
    this.limit = limit == 0 ? LIMIT_MAX : Math.clamp(limit, LIMIT_MIN, LIMIT_MAX);
  }

  /** Whether the start of a line is kept. */
  public boolean hasPartial() {
    return keptLength > 0;
  }

  /**
   * Hands over the complete lines of a chunk, as long as they are wanted.
   *
   * @return how many bytes of the chunk belong to them; the others have not been looked at, as far
   *     as later chunks are concerned
   */
  public int take(byte[] chunk, int length, Taker taker) {
    int start = 0;
    for (boolean more = true; more; ) {
      int end = endOfLine(chunk, start, length);
      if (end == length) {
        break;
      }
      more = give(chunk, start, end, taker);
      start = isEnd(chunk[end]) ? end + 1 : end;
    }
    return start;
  }

  /** Where the line ends that goes on at {@code start}; {@code length} when that is not known. */
  private int endOfLine(byte[] chunk, int start, int length) {
    int most = Math.min(limit - keptLength, length - start);
    int stop = start + most;
    int i = most < MANY ? start : Words.skip(chunk, start, stop);
    for (; i < stop; i++) {
      // Of most bytes one test tells that they are neither: both have no bits but these.
      if ((chunk[i] & ~'\n') == 0 && isEnd(chunk[i])) {
        return i;
      }
    }
    return stop;
  }

  /** Looks at eight bytes at a time. Loaded with the first chunk that is worth it. */
  private static final class Words {
    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NEITHER = 0x0101010101010101L * (~'\n' & 255);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    /** Up to here there is no end of a line; there may be one within the next eight bytes. */
    static int skip(byte[] chunk, int start, int stop) {
      int i = start;
      for (; i + 8 <= stop; i += 8) {
        long word = (long) WORD.get(chunk, i) & NEITHER;
        // Whether one of the eight is zero now: the well-known trick with its borrow.
        if ((word - ONES & ~word & HIGH) != 0) {
          return i;
        }
      }
      return i;
    }
  }

  private static boolean isEnd(byte b) {
    return b == '\n' || b == 0;
  }

  /** Keeps the start of a line: what {@link #take} has left. */
  public void keep(byte[] chunk, int from, int to) {
    int more = to - from;
    if (kept.length - keptLength < more) {
      kept = Arrays.copyOf(kept, Math.max(keptLength + more, Math.max(kept.length * 2, 256)));
    }
    System.arraycopy(chunk, from, kept, keptLength, more);
    keptLength += more;
  }

  /** Hands over the start of a line as if it were one. */
  public void flush(Taker taker) {
    if (keptLength > 0) {
      give(kept, 0, 0, taker);
    }
  }

  private boolean give(byte[] chunk, int start, int end, Taker taker) {
    if (keptLength == 0) {
      return taker.line(chunk, start, end);
    }
    if (end > start) {
      keep(chunk, start, end);
    }
    int length = keptLength;
    keptLength = 0;
    boolean more = taker.line(kept, 0, length);
    if (kept.length > 2 * DEFAULT_LIMIT) {
      kept = NONE;
    }
    return more;
  }
}
