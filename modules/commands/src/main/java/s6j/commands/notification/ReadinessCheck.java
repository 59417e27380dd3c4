package s6j.commands.notification;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * What the child of s6-notifyoncheck does beside the service: it runs the check again and again
 * until it succeeds, then tells the supervisor. It ends when the service dies first. Its exit code
 * is for nobody but says how it went.
 */
final class ReadinessCheck implements Runnable {
  private static final int READY = 0;
  private static final int NEVER_READY = 1;
  private static final int SERVICE_DIED = 2;
  private static final int TIMED_OUT = 3;
  private static final int FAILED = 111;
  private static final int GOES_ON = -1;

  private static final int WNOHANG = 1;
  private static final int EVENTS = 0;

  private final Invocation call;
  private final CheckPlan plan;
  private final int notificationFd;
  private final Posix posix;
  private final Listener listener;
  private byte[] mask;

  private ReadinessCheck(Invocation child, CheckPlan plan, int notificationFd) {
    this.call = child;
    this.posix = child.posix();
    this.plan = plan;
    this.notificationFd = notificationFd;
    this.listener = new Listener(posix);
  }

  /**
   * Listens to the supervisor's events, by the child: from here on the death of the service is
   * noticed.
   *
   * @param child the process that is to check
   */
  static ReadinessCheck by(Invocation child, CheckPlan plan, int notificationFd)
      throws PosixException {
    ReadinessCheck check = new ReadinessCheck(child, plan, notificationFd);
    check.listener.listen(Bytes.of("event"));
    CallList calls = new CallList();
    SignalSet death = SignalSet.of(Signal.CHLD);
    int before = death.appendBlock(calls);
    int fd = death.appendDescriptor(calls);
    Results results = child.posix().call(calls);
    check.mask = results.buffer(before);
    check.listener.watch(results.fd(fd));
    return check;
  }

  @Override
  public void run() {
    try (posix) {
      int code;
      try {
        code = check(Listener.deadline(plan.globalTimeout()));
      } catch (PosixException e) {
        call.say("fatal", "unable to wait for check: " + e.getMessage());
        code = FAILED;
      }
      listener.close();
      posix.exit(code);
    } catch (DisconnectedException e) {
      // It was killed, with its service most probably.
      return;
    }
  }

  private int check(long globalDeadline) throws PosixException {
    int code = pause(plan.initialSleep(), globalDeadline);
    for (long n = 1; code == GOES_ON; n++) {
      code = attempt(globalDeadline);
      if (code == READY) {
        return tell();
      }
      if (code == GOES_ON && n == plan.tries()) {
        return NEVER_READY;
      }
      if (code == GOES_ON) {
        code = pause(plan.pause(), globalDeadline);
      }
    }
    return code;
  }

  private int tell() throws PosixException {
    new s6j.posix.Files(posix).write(notificationFd, Bytes.of("\n"));
    return READY;
  }

  private int pause(long millis, long globalDeadline) {
    long end = System.nanoTime() / 1_000_000 + millis;
    while (!Listener.isOver(end)) {
      if (Listener.isOver(globalDeadline)) {
        return TIMED_OUT;
      }
      if (died(listener.await(Math.min(end, globalDeadline)))) {
        return SERVICE_DIED;
      }
    }
    return GOES_ON;
  }

  /** Runs the check once. */
  private int attempt(long globalDeadline) throws PosixException {
    int pid;
    try {
      CallList inFork = listener.descriptorsClosed();
      SignalSet.appendRestore(inFork, mask);
      pid = call.chain().spawn(posix, plan.check(), List.of(), inFork);
    } catch (PosixException e) {
      call.warn("unable to spawn " + plan.check().words().getFirst() + ": " + e.getMessage());
      return GOES_ON;
    }
    long localDeadline = Listener.deadline(plan.localTimeout());
    for (; ; ) {
      WaitStatus status = reap(pid, WNOHANG);
      if (status != null) {
        return status.shellCode() == 0 ? READY : GOES_ON;
      }
      boolean over = Listener.isOver(globalDeadline);
      if (over || Listener.isOver(localDeadline)) {
        kill(pid);
        return over ? TIMED_OUT : GOES_ON;
      }
      if (died(listener.await(Math.min(localDeadline, globalDeadline)))) {
        kill(pid);
        return SERVICE_DIED;
      }
    }
  }

  private static boolean died(List<byte[]> told) {
    byte[] events = told.get(EVENTS);
    for (int i = 0; events != null && i < events.length; i++) {
      if (events[i] == 'd') {
        return true;
      }
    }
    return false;
  }

  private void kill(int pid) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.KILL, number(pid), number(Signal.KILL.number()));
    posix.attempt(calls);
    reap(pid, 0);
  }

  private WaitStatus reap(int pid, int flags) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.WAIT4, number(pid), out(4), number(flags), number(0));
    Results results = posix.call(calls);
    return results.value(0) != pid
        ? null
        : new WaitStatus(
            ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder()).getInt());
  }
}
