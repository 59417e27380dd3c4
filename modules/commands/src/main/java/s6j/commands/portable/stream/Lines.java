package s6j.commands.portable.stream;

import java.util.Arrays;
import s6j.chain.CommandException;
import s6j.posix.Room;

/**
 * The lines of a descriptor, one at a time. A line must fit in memory: the runtime is shared by the
 * container's commands, and small.
 */
public final class Lines implements AutoCloseable {
  /** How long a line may be, for filters. */
  public static final int LENGTH_MAX = 1 << 20;

  /** What is more than this is for a long line. */
  private static final int USUAL_MAX = 256 << 10;

  /** What the long lines of all commands may hold together. */
  private static final Room TOGETHER = new Room(4 << 20);

  private final Transfer transfer;
  private final int fd;
  private final byte separator;
  private final int lengthMax;
  private final int chunk;
  private byte[] buffer = new byte[0];
  private int filled;

  /** How much of what is for long lines the buffer has. */
  private int taken;

  private int start;
  private int end;
  private int following;
  private boolean terminated;
  private boolean ended;

  /**
   * @param transfer what reads, and what the output for each line goes to
   * @param separator what ends a line
   * @param lengthMax how long one may be, bytes
   */
  public Lines(Transfer transfer, int fd, int separator, int lengthMax) {
    this(transfer, fd, separator, lengthMax, Transfer.CHUNK);
  }

  /**
   * @param chunk how much is read at a time, bytes
   */
  public Lines(Transfer transfer, int fd, int separator, int lengthMax, int chunk) {
    this.chunk = chunk;
    this.transfer = transfer;
    this.fd = fd;
    this.separator = (byte) separator;
    this.lengthMax = lengthMax;
  }

  /** The lines of stdin, as filters read them. */
  public static Lines ofStdin(Transfer transfer) {
    return new Lines(transfer, Descriptor.STDIN, '\n', LENGTH_MAX);
  }

  /**
   * Goes to the next line.
   *
   * @return false when there is none
   */
  public boolean next() throws CommandException {
    start = following;
    int scanned = start;
    for (; ; ) {
      byte[] in = buffer;
      for (int i = scanned; i < filled; i++) {
        if (in[i] == separator) {
          end = i;
          following = i + 1;
          terminated = true;
          return true;
        }
      }
      scanned = filled - start;
      if (!more()) {
        end = filled;
        following = filled;
        terminated = false;
        return start < filled;
      }
    }
  }

  /** Reads on; the line that has begun then stands at the start of the buffer. */
  private boolean more() throws CommandException {
    if (ended) {
      return false;
    }
    int begun = filled - start;
    if (begun > lengthMax) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to read line: longer than " + lengthMax + " bytes");
    }
    byte[] read = transfer.read(fd, chunk);
    if (begun == 0) {
      close();
      buffer = read;
    } else {
      byte[] grown = begun + read.length <= buffer.length ? buffer : grown(begun, read.length);
      System.arraycopy(buffer, start, grown, 0, begun);
      System.arraycopy(read, 0, grown, begun, read.length);
      buffer = grown;
    }
    start = 0;
    filled = begun + read.length;
    ended = read.length == 0;
    return !ended;
  }

  private byte[] grown(int begun, int more) throws CommandException {
    int size = Math.max(begun + more, Math.min(2 * begun, lengthMax));
    if (size > USUAL_MAX) {
      take(size);
    }
    return new byte[size];
  }

  private void take(int size) throws CommandException {
    close();
    if (!TOGETHER.take(size)) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to read line: other commands have long ones, too");
    }
    taken = size;
  }

  /** Lets others have what a long line has held. */
  @Override
  public void close() {
    TOGETHER.give(taken);
    taken = 0;
  }

  /** What holds the line until the next call of {@link #next}. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where in {@link #buffer} the line begins. */
  public int start() {
    return start;
  }

  /** Where in {@link #buffer} it ends, without its separator. */
  public int end() {
    return end;
  }

  /** Whether its separator was there; it is missing from a last line only. */
  public boolean terminated() {
    return terminated;
  }

  /** A copy of the line. */
  public byte[] copy() {
    return Arrays.copyOfRange(buffer, start, end);
  }
}
