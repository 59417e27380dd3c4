package s6j.commands.portable.stream;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** What is done with descriptors of the calling process as such. */
public final class Descriptor {
  public static final int STDIN = 0;
  public static final int STDOUT = 1;

  static final short POLLIN = 1;
  static final short POLLOUT = 4;

  private Descriptor() {}

  /** Opens a file to be read; {@code -} is stdin. */
  public static int open(Posix posix, Bytes path) throws CommandException {
    if (path.is("-")) {
      return STDIN;
    }
    CallList calls = new CallList();
    calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(OpenFlags.RDONLY | OpenFlags.CLOEXEC));
    try {
      return posix.call(calls).fd(0);
    } catch (PosixException e) {
      throw CommandException.unable("open " + path, e);
    }
  }

  /** Closes a descriptor, unless it is stdin. */
  public static void close(Posix posix, int fd) {
    if (fd != STDIN) {
      CallList calls = new CallList();
      calls.attempt(Syscall.CLOSE, number(fd));
      posix.attempt(calls);
    }
  }

  /** What it is open on; null when that cannot be known. */
  public static Stat stat(Posix posix, int fd) {
    CallList calls = new CallList();
    calls.attemptFstat(number(fd));
    Results results = posix.attempt(calls);
    return results.failed(0) ? null : Stat.of(results.buffer(0));
  }

  /** Waits until a descriptor that does not block can be read ({@link #POLLIN}) or written. */
  static void await(Posix posix, int fd, short events) {
    byte[] poll =
        ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(fd).putShort(events).array();
    CallList calls = new CallList();
    calls.attempt(Syscall.PPOLL, bytes(poll), number(1), number(0), number(0), number(0));
    posix.attempt(calls);
  }
}
