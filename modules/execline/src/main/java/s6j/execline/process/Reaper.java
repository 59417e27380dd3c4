package s6j.execline.process;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/** Waits for children of the calling process, for any of them, or without waiting. */
public final class Reaper {
  /** Any child. */
  public static final int ANY = -1;

  private static final int WNOHANG = 1;

  private Reaper() {}

  /**
   * A child that has ended.
   *
   * @param pid which; 0 when none has ended yet, -1 when there is no such child
   * @param status how it ended, or null
   */
  public record Ended(int pid, WaitStatus status) {}

  /** Waits for the child, or {@link #ANY}. */
  public static Ended await(Posix posix, int pid) throws PosixException {
    return wait(posix, pid, 0);
  }

  /** Looks whether the child, or {@link #ANY}, has ended. */
  public static Ended look(Posix posix, int pid) throws PosixException {
    return wait(posix, pid, WNOHANG);
  }

  private static Ended wait(Posix posix, int pid, int flags) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.WAIT4, number(pid), out(4), number(flags), nothing());
    Results results = posix.call(calls);
    if (results.failed(0)) {
      if (results.errno(0).equals(Errno.ECHILD)) {
        return new Ended(-1, null);
      }
      throw new PosixException(results.errno(0), 0);
    }
    int ended = (int) results.value(0);
    int raw = ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder()).getInt();
    return new Ended(ended, ended == 0 ? null : new WaitStatus(raw));
  }
}
