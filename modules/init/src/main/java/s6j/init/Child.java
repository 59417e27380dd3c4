package s6j.init;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Script;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;
import s6j.supervise.EventLoop;

/**
 * A process of a stage: an init script, a finish script, CMD. It can be waited for and signalled by
 * any thread.
 */
final class Child {
  private final Posix posix;
  private int pid;
  private WaitStatus status;

  private Child(Posix posix) {
    this.posix = posix;
  }

  /**
   * Starts a script, by its interpreter if it cannot be executed.
   *
   * @param tag by which the next runtime would know it
   * @param handler called on the loop when it has ended
   */
  static Child startScript(EventLoop loop, SpawnPlan plan, long tag, EventLoop.EndHandler handler)
      throws PosixException {
    Child child = new Child(loop.posix());
    Script.start(
        loop.posix(),
        plan,
        plan.program(),
        runnable -> child.pid = loop.spawn(runnable, tag, child.then(handler)));
    return child;
  }

  /** Starts a program, as {@link #startScript}. */
  static Child start(EventLoop loop, SpawnPlan plan, long tag, EventLoop.EndHandler handler)
      throws PosixException {
    Child child = new Child(loop.posix());
    child.pid = loop.spawn(plan, tag, child.then(handler));
    return child;
  }

  /**
   * Takes over the process with this tag that an earlier runtime has started; null when there is
   * none.
   */
  static Child inherit(EventLoop loop, long tag, EventLoop.EndHandler handler) {
    int pid = loop.inherit(tag);
    if (pid == 0) {
      return null;
    }
    Child child = new Child(loop.posix());
    child.pid = pid;
    loop.expect(pid, child.then(handler));
    return child;
  }

  private EventLoop.EndHandler then(EventLoop.EndHandler handler) {
    return how -> {
      handler.ended(how);
      ended(how);
    };
  }

  /** The plan for a script without arguments. */
  static SpawnPlan scriptPlan(Bytes path, s6j.posix.Environment environment) {
    return SpawnPlan.of(path, List.of(path), environment);
  }

  private synchronized void ended(WaitStatus how) {
    status = how;
    notifyAll();
  }

  synchronized int pid() {
    return pid;
  }

  synchronized boolean running() {
    return status == null;
  }

  /** How it ended; null while it runs. */
  synchronized WaitStatus status() {
    return status;
  }

  /** Waits for its end, until the deadline; returns null when that has passed. */
  synchronized WaitStatus await(long deadlineMs) {
    while (status == null) {
      long left = deadlineMs == Long.MAX_VALUE ? 0 : deadlineMs - EventLoop.now();
      if (left < 0 || left == 0 && deadlineMs != Long.MAX_VALUE) {
        return null;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return status;
  }

  /** Sends it a signal if it has not ended. */
  void kill(Signal signal) {
    kill(signal.number());
  }

  /** Sends it a signal, by number, if it has not ended. */
  synchronized void kill(int signal) {
    if (status != null) {
      return;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.KILL, CallList.number(pid), CallList.number(signal));
    posix.attempt(calls);
  }
}
