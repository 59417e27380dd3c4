package s6j.posix.jnr;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import s6j.posix.Errno;
import s6j.posix.InitProcess.ChildEnded;
import s6j.posix.InitProcess.Event;
import s6j.posix.InitProcess.OrphansReaped;
import s6j.posix.PosixException;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * Reaps every child of this process, on a thread of its own, and tells those that were started from
 * orphans that have come to us.
 */
final class Reaper {
  private static final int P_ALL = 0;
  private static final int WEXITED = 4;
  private static final int WNOHANG = 1;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIGINFO_SIZE = 128;

  private final JnrPosix posix;
  private final Consumer<Event> events;
  private final Set<Integer> running = new HashSet<>();
  private final Semaphore childMayExist = new Semaphore(0);

  Reaper(JnrPosix posix, Consumer<Event> events) {
    this.posix = posix;
    this.events = events;
  }

  void start() {
    Thread.ofPlatform().name("reaper").daemon().start(this::reapForEver);
  }

  /**
   * Starts a child. Nothing is reaped meanwhile, so that a child that ends at once is known for
   * what it is, and the C library can itself reap one that could not be started.
   */
  synchronized int spawn(SpawnPlan plan) throws PosixException {
    int pid = posix.spawn(plan);
    running.add(pid);
    childMayExist.release();
    return pid;
  }

  /** A child has ended, or an orphan has come: says SIGCHLD. */
  void wake() {
    childMayExist.release();
  }

  private void reapForEver() {
    try (NativeMemory memory = new NativeMemory()) {
      long info = memory.allocate(SIGINFO_SIZE);
      long status = memory.allocate(4);
      for (; ; ) {
        int result = Native.LIBC.waitid(P_ALL, 0, info, WEXITED | WNOWAIT);
        if (result == 0) {
          reap(pidOf(info), status);
        } else if (Native.RUNTIME.getLastError() == Errno.ECHILD.number()) {
          childMayExist.acquireUninterruptibly();
          childMayExist.drainPermits();
        }
      }
    }
  }

  /** The first field of the union in siginfo_t, which is aligned like a pointer. */
  private static int pidOf(long info) {
    return NativeMemory.getInt(info + (Native.RUNTIME.addressSize() == 8 ? 16 : 12));
  }

  private synchronized void reap(int pid, long status) {
    long reaped = Native.attempt(Syscall.WAIT4, pid, status, WNOHANG, 0);
    if (reaped != pid) {
      // The C library has reaped it: it was one that could not be started.
      return;
    }
    if (running.remove(pid)) {
      events.accept(new ChildEnded(pid, new WaitStatus(NativeMemory.getInt(status))));
    } else {
      events.accept(new OrphansReaped(1));
    }
  }
}
