package s6j.commands.waiting;

import static s6j.posix.CallList.inOut;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** One ppoll: descriptors are added, waited for, and asked what has happened to them. */
public final class Poll {
  public static final int IN = 1;
  public static final int OUT = 4;
  public static final int ERR = 8;
  public static final int HUP = 16;

  private static final int ENTRY = 8;

  private ByteBuffer entries = ByteBuffer.allocate(8 * ENTRY).order(ByteOrder.nativeOrder());
  private int count;

  /**
   * Adds a descriptor.
   *
   * @param events what is waited for: {@link #IN}, {@link #OUT}; errors and the end always are
   * @return what {@link #events} is asked for
   */
  public int add(int fd, int events) {
    if (entries.capacity() == count * ENTRY) {
      entries =
          ByteBuffer.wrap(Arrays.copyOf(entries.array(), 2 * count * ENTRY))
              .order(ByteOrder.nativeOrder());
    }
    entries.putInt(count * ENTRY, fd).putShort(count * ENTRY + 4, (short) events);
    return count++;
  }

  /**
   * Waits until something has happened or the time has come.
   *
   * @return whether something has happened
   */
  public boolean await(Posix posix, Deadline deadline) throws PosixException {
    byte[] given = Arrays.copyOf(entries.array(), count * ENTRY);
    long left = deadline.leftMillis();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PPOLL,
        inOut(given),
        number(count),
        left < 0 ? number(0) : CallList.bytes(time(left)),
        number(0),
        number(8));
    Results results = posix.call(calls);
    if (results.failed(0)) {
      if (results.errno(0).equals(Errno.EINTR)) {
        return false;
      }
      throw new PosixException(results.errno(0), 0);
    }
    entries = ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder());
    return results.value(0) > 0;
  }

  /** What has happened: {@link #IN}, {@link #OUT}, {@link #ERR}, {@link #HUP}. */
  public int events(int index) {
    return entries.getShort(index * ENTRY + 6);
  }

  /** Whether there is something to be read, be it the end or an error. */
  public boolean readable(int index) {
    return (events(index) & (IN | HUP | ERR)) != 0;
  }

  private static byte[] time(long millis) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putLong(millis / 1000)
        .putLong(millis % 1000 * 1_000_000)
        .array();
  }
}
