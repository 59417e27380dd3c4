package s6j.posix.jnr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import s6j.posix.PosixException;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;

/**
 * Starts children with posix_spawn, from a thread that is thrown away: the kernel keeps identity
 * and, once unshared, working directory and umask by thread, and a child has them from the thread
 * that starts it. So this thread becomes what the child is to be, and the JVM stays as it is.
 *
 * <p>Used by the process thread alone, whose identity the new thread starts with.
 */
final class Spawner {
  /** Also by this name a child that has not yet executed its program is found. */
  static final String THREAD_NAME = "s6j-spawn";

  private static final long CLONE_NEWPID = 0x20000000;
  private static final int CLONE_FS = 0x200;

  private final Inheritance inheritance;
  private final boolean mayUnshare;

  /**
   * @param mayUnshare whether to try unshare(2); false for tests of what is done where seccomp
   *     forbids it
   */
  Spawner(Inheritance inheritance, boolean mayUnshare) {
    this.inheritance = inheritance;
    this.mayUnshare = mayUnshare;
  }

  /** What came of it on the other thread. */
  private sealed interface Outcome {}

  private record Started(int pid) implements Outcome {}

  private record Failed(Throwable reason) implements Outcome {}

  /** Starts the child; returns its pid. */
  int spawn(SpawnPlan plan) throws PosixException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform().name(THREAD_NAME).daemon().unstarted(() -> outcome.set(attempt(plan)));
    thread.start();
    joinWhole(thread);
    return switch (outcome.get()) {
      case Started started -> started.pid();
      case Failed(PosixException reason) -> throw reason;
      case Failed(RuntimeException reason) -> throw reason;
      case Failed(Throwable reason) -> throw new IllegalStateException(reason);
    };
  }

  /** Waits for its end, also when interrupted meanwhile. */
  static void joinWhole(Thread thread) {
    boolean interrupted = false;
    for (; ; ) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome attempt(SpawnPlan plan) {
    try {
      return new Started(spawnHere(plan));
    } catch (PosixException | RuntimeException | Error e) {
      return new Failed(e);
    }
  }

  /** The order is that of the shim: files, limits, umask, directory, and identity last. */
  private int spawnHere(SpawnPlan plan) throws PosixException {
    boolean apart = mayUnshare && !Native.failed(Native.attempt(Syscall.UNSHARE, CLONE_FS));
    if (plan.newPidNamespace()) {
      // For the children of this thread, which has no other.
      Native.call(Syscall.UNSHARE, CLONE_NEWPID);
    }
    inheritance.seal();
    try (NativeMemory memory = new NativeMemory();
        SpawnRequest request = new SpawnRequest(memory, plan);
        Gate gate = plan.limits().isEmpty() ? null : new Gate(plan)) {
      request.descriptors();
      int old = plan.umask() >= 0 ? Native.LIBC.umask(plan.umask()) : -1;
      try {
        enterDirectory(plan, request, memory, apart);
        become(plan.identity(), memory);
        request.passing(gate);
        return gate == null ? request.spawn() : gate.spawn(request);
      } finally {
        if (old >= 0 && !apart) {
          Native.LIBC.umask(old);
        }
      }
    }
  }

  private static void enterDirectory(
      SpawnPlan plan, SpawnRequest request, NativeMemory memory, boolean apart)
      throws PosixException {
    if (plan.directory() == null) {
      return;
    }
    long path = memory.string(plan.directory());
    if (apart) {
      Native.call(Syscall.CHDIR, path);
    } else {
      request.startIn(path);
    }
  }

  /** Gives this thread another identity, for good. */
  static void become(SpawnPlan.Identity identity, NativeMemory memory) throws PosixException {
    if (identity == null) {
      return;
    }
    ByteBuffer groups =
        ByteBuffer.allocate(4 * identity.groups().size()).order(ByteOrder.nativeOrder());
    for (int group : identity.groups()) {
      groups.putInt(group);
    }
    long dumpable = Native.attempt(Syscall.PRCTL, Native.PR_GET_DUMPABLE);
    Native.call(Syscall.SETGROUPS, identity.groups().size(), memory.bytes(groups.array()));
    Native.call(Syscall.SETRESGID, identity.gid(), identity.gid(), identity.gid());
    Native.call(Syscall.SETRESUID, identity.uid(), identity.uid(), identity.uid());
    // A change of identity takes this from the whole JVM, and with it the files in /proc/self.
    if (dumpable == 1) {
      Native.attempt(Syscall.PRCTL, Native.PR_SET_DUMPABLE, 1);
    }
  }
}
