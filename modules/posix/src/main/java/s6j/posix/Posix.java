package s6j.posix;

import java.util.List;

/**
 * One process that makes system calls for us: with its identity, its descriptors, its working
 * directory. Safe for use by several threads; the calls of a list are made without calls of another
 * list between them.
 */
public interface Posix extends AutoCloseable {

  /** What the process was when it said hello. */
  ProcessInfo info();

  /**
   * Makes the calls of a list, in order.
   *
   * @throws PosixException at the first call that failed and may not; calls before it have been
   *     made
   * @throws DisconnectedException when the process is gone (after a successful execve or exit, for
   *     example)
   */
  Results call(CallList calls) throws PosixException;

  /**
   * Makes the calls of a list in which every one may fail, and is looked at afterwards.
   *
   * @throws DisconnectedException when the process is gone
   */
  default Results attempt(CallList calls) {
    try {
      return call(calls);
    } catch (PosixException e) {
      throw new AssertionError("a call that may fail has failed its list", e);
    }
  }

  /**
   * Starts a child.
   *
   * @return its pid
   * @throws PosixException when it could not be started: the reason that execve, or what comes
   *     before it, gave
   */
  int spawn(SpawnPlan plan) throws PosixException;

  /**
   * Whether {@link #fork} is possible. A process that is this JVM itself cannot be forked: a child
   * would have one thread of many, and no way to go on.
   */
  default boolean canFork() {
    return true;
  }

  /**
   * Forks the process; the child is asked for calls of its own.
   *
   * @return the child; its pid is in its {@link #info}
   * @throws PosixException when there can be no child; with ENOSYS, always, when {@link #canFork}
   *     is false
   */
  Posix fork() throws PosixException;

  /**
   * Waits for a child of the process; not for those of an {@link InitProcess}, which tells of
   * deaths by events.
   */
  WaitStatus waitFor(int pid) throws PosixException;

  /**
   * Runs the first of these programs that is there and may be executed as a child, and waits for
   * its end. Not for an {@link InitProcess}.
   *
   * @param programs paths, not searched for
   * @throws PosixException when none could be started; with ECHILD when one was and cannot be
   *     waited for
   */
  default WaitStatus runFirst(List<Bytes> programs, List<Bytes> arguments, Environment environment)
      throws PosixException {
    PosixException reason = new PosixException(Errno.ENOENT, -1);
    for (Bytes program : programs) {
      int pid;
      try {
        pid = spawn(SpawnPlan.of(program, arguments, environment));
      } catch (PosixException e) {
        reason = e;
        if (Call.Tolerance.ABSENCE.covers(e.errno())) {
          continue;
        }
        break;
      }
      return waitFor(pid);
    }
    throw reason;
  }

  /** Ends the process. */
  void exit(int code);

  /**
   * Makes the calls of a list and ends the process, in one exchange.
   *
   * @param calls belongs to the callee from now on
   * @throws PosixException at the first call that failed and may not; the process has not ended
   */
  default void exitAfter(CallList calls, int code) throws PosixException {
    call(calls);
    exit(code);
  }

  /** Lets go of the process without telling it anything more. */
  @Override
  void close();
}
