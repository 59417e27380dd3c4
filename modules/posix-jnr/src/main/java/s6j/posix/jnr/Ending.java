package s6j.posix.jnr;

import java.io.File;
import java.util.concurrent.locks.LockSupport;
import s6j.posix.Errno;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/** The end of the container. */
final class Ending {
  private static final int ROUNDS = 1000;
  private static final long ROUND_NANOS = 10_000_000;
  private static final int WNOHANG = 1;

  private Ending() {}

  /** Kills whatever is left, until nothing is; then ends this process. Does not return. */
  static void finish(int code, boolean sync) {
    if (sync) {
      Native.attempt(Syscall.SYNC);
    }
    for (int round = 0; round < ROUNDS; round++) {
      killAll();
      if (noneIsLeft()) {
        break;
      }
    }
    Native.attempt(Syscall.EXIT_GROUP, code & 255);
  }

  /**
   * As PID 1 that is everyone else. Otherwise our children, again and again: we are their
   * subreaper, so that the orphans of each round are the children of the next.
   */
  private static void killAll() {
    if (Native.POSIX.getpid() == 1) {
      Native.attempt(Syscall.KILL, -1, Signal.KILL.number());
      return;
    }
    String parent = Native.POSIX.getpid() + " ";
    String[] names = new File("/proc").list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        String stat = ProcessFacts.read("/proc/" + name + "/stat").latin1();
        int end = stat.lastIndexOf(") ");
        if (end > 0 && stat.startsWith(parent, end + 4)) {
          Native.attempt(Syscall.KILL, Integer.parseInt(name), Signal.KILL.number());
        }
      }
    }
  }

  /** Reaps for a moment; the reaper may do it before us, which is as good. */
  private static boolean noneIsLeft() {
    long until = System.nanoTime() + ROUND_NANOS;
    do {
      long pid = Native.attempt(Syscall.WAIT4, -1, 0, WNOHANG, 0);
      if (pid == -Errno.ECHILD.number()) {
        return true;
      }
      if (pid == 0) {
        LockSupport.parkNanos(ROUND_NANOS / 10);
      }
    } while (System.nanoTime() < until);
    return false;
  }
}
