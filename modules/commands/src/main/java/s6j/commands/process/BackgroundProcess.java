package s6j.commands.process;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.commands.waiting.SignalDescriptor;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * A process that another one leaves in the background. Whichever of the two there is gets the
 * signals that are meant for us.
 */
final class BackgroundProcess {
  private static final int WNOHANG = 1;

  /** WEXITED, WNOHANG and WNOWAIT of waitid: who is looked at stays to be waited for. */
  private static final int LOOK = 4 | WNOHANG | 0x01000000;

  private static final int P_PID = 1;
  private static final int SIGINFO = 128;
  private static final int PID_FILE_MAX = 64;

  /** A pid file is written some time after its process has begun; nothing tells when. */
  private static final long LOOK_MILLIS = 20;

  private final Invocation call;
  private final Posix posix;
  private final SignalDescriptor signals;
  private int pid;

  private BackgroundProcess(Invocation call, SignalDescriptor signals) {
    this.call = call;
    this.posix = call.posix();
    this.signals = signals;
  }

  /** Starts the program that will start it. */
  static BackgroundProcess start(Invocation call, Next.Exec program)
      throws PosixException, CommandException {
    SignalDescriptor signals =
        SignalDescriptor.open(
            call.posix(),
            Signal.CHLD,
            Signal.HUP,
            Signal.INT,
            Signal.QUIT,
            Signal.TERM,
            Signal.USR1,
            Signal.USR2,
            Signal.ALRM,
            Signal.CONT,
            Signal.WINCH);
    BackgroundProcess process = new BackgroundProcess(call, signals);
    CallList inFork = new CallList();
    signals.appendUndo(inFork);
    try {
      process.pid = call.chain().spawn(call.posix(), program, List.of(), inFork);
    } catch (PosixException e) {
      String what = "unable to exec " + program.words().getFirst() + ": " + e.getMessage();
      throw CommandException.fatal(
          e.is(Errno.ENOENT) ? CommandException.NOT_FOUND : CommandException.NOT_EXECUTABLE, what);
    }
    return process;
  }

  /**
   * Waits for the file to name a child of ours.
   *
   * @return false when the time has passed
   */
  boolean awaitPid(Bytes file, Deadline deadline) throws PosixException {
    pid = 0;
    for (; ; ) {
      int named = pidIn(file);
      if (named > 0 && isChild(named)) {
        pid = named;
        return true;
      }
      if (deadline.passed()) {
        return false;
      }
      passSignals(Deadline.earlier(deadline, Deadline.in(LOOK_MILLIS)));
    }
  }

  /**
   * Waits for the process to end: at first the one that was started, after {@link #awaitPid} the
   * one in the background.
   */
  WaitStatus awaitEnd() throws PosixException {
    for (; ; ) {
      CallList calls = new CallList();
      calls.add(Syscall.WAIT4, number(pid), out(4), number(WNOHANG), number(0));
      Results results = posix.call(calls);
      if (results.value(0) == pid) {
        return new WaitStatus(
            ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder()).getInt());
      }
      passSignals(Deadline.NEVER);
    }
  }

  private void passSignals(Deadline deadline) throws PosixException {
    Poll poll = new Poll();
    int told = poll.add(signals.fd(), Poll.IN);
    if (!poll.await(posix, deadline) || !poll.readable(told)) {
      return;
    }
    CallList calls = new CallList();
    for (Signal signal : signals.read()) {
      if (signal != Signal.CHLD && pid > 0) {
        calls.attempt(Syscall.KILL, number(pid), number(signal.number()));
      }
    }
    if (!calls.isEmpty()) {
      posix.attempt(calls);
    }
  }

  /** The number in a file, or 0. */
  private int pidIn(Bytes file) {
    try {
      List<Bytes> words = call.files().read(file, PID_FILE_MAX).words();
      long value = words.isEmpty() ? 0 : Options.unsigned(words.getFirst());
      return value > Integer.MAX_VALUE ? 0 : (int) Math.max(0, value);
    } catch (PosixException e) {
      // It is not there, or not yet.
      return 0;
    }
  }

  /** Whether it is ours to wait for: a pid of an earlier time, or of anybody else, is not. */
  private boolean isChild(int named) {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.WAITID, number(P_PID), number(named), out(SIGINFO), number(LOOK), number(0));
    return !posix.attempt(calls).failed(0);
  }
}
