package s6j.execline.process;

import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.execline.language.ByteBuilder;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;

/** The descriptors of the calling process. */
public final class Descriptors {
  /**
   * How long a value may be. One that is longer than 128 KiB is given to no program by the kernel;
   * without a limit an endless one would take the memory of the runtime, which is everybody's.
   */
  public static final int VALUE_MAX = 1 << 20;

  private static final int CHUNK = 64 << 10;
  private static final int LOWEST_RESERVED = 32;

  private Descriptors() {}

  /** The two ends of a pipe, both close-on-exec. */
  public record Pipe(int readEnd, int writeEnd) {}

  /** Makes a pipe. */
  public static Pipe pipe(Posix posix) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, CallList.out(8), number(OpenFlags.CLOEXEC));
    try {
      ByteBuffer ends = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
      return new Pipe(ends.getInt(0), ends.getInt(4));
    } catch (PosixException e) {
      throw CommandException.unable("create pipe", e);
    }
  }

  /** For a child whose descriptor {@code target} is one end of a pipe and that has no other end. */
  public static List<SpawnPlan.Descriptor> onlyEnd(int target, int end, int otherEnd) {
    List<SpawnPlan.Descriptor> list = new ArrayList<>(3);
    list.add(new SpawnPlan.Copy(target, end));
    if (end != target) {
      list.add(new SpawnPlan.Closed(end));
    }
    if (otherEnd != target) {
      list.add(new SpawnPlan.Closed(otherEnd));
    }
    return list;
  }

  /** Appends the calls that make {@code to} what {@code from} is, and close {@code from}. */
  public static void appendMove(CallList calls, int to, int from) {
    if (to == from) {
      calls.add(Syscall.FCNTL, number(to), number(Fcntl.SETFD), number(0));
    } else {
      calls.add(Syscall.DUP3, number(from), number(to), number(0));
      calls.add(Syscall.CLOSE, number(from));
    }
  }

  /** Appends the close of a descriptor, open or not. */
  public static void appendClose(CallList calls, int fd) {
    calls.attempt(Syscall.CLOSE, number(fd));
  }

  /**
   * Whether the descriptor is one by which the process is served. Those are high, and the only ones
   * that are close-on-exec, since what a program inherits is not.
   */
  public static boolean isReserved(Posix posix, int fd) throws CommandException {
    if (fd < LOWEST_RESERVED) {
      return false;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, number(fd), number(Fcntl.GETFD));
    return demand(posix, calls, "look at fd " + fd).value(0) == Fcntl.CLOEXEC;
  }

  /**
   * All that can be read from a descriptor.
   *
   * @throws PosixException with E2BIG also when that is too much for a value
   */
  public static Bytes readAll(Posix posix, int fd) throws PosixException {
    ByteBuilder all = new ByteBuilder();
    Files files = new Files(posix);
    for (; ; ) {
      byte[] more = files.readOnce(fd, CHUNK);
      if (more.length == 0) {
        return all.build();
      }
      all.add(more, 0, more.length);
      if (all.length() > VALUE_MAX) {
        throw new PosixException(Errno.E2BIG, -1);
      }
    }
  }

  /** Makes the calls; when one fails the process ends with this complaint. */
  public static Results demand(Posix posix, CallList calls, String complaint)
      throws CommandException {
    try {
      return posix.call(calls);
    } catch (PosixException e) {
      throw CommandException.unable(complaint, e);
    }
  }
}
