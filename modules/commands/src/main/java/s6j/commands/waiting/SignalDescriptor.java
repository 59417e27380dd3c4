package s6j.commands.waiting;

import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;

/**
 * Signals that the process does not get, but reads from a descriptor. They are blocked while it is
 * open; {@link #close} puts the mask back.
 */
public final class SignalDescriptor {
  private final Posix posix;
  private final int fd;
  private final byte[] maskBefore;

  private SignalDescriptor(Posix posix, int fd, byte[] maskBefore) {
    this.posix = posix;
    this.fd = fd;
    this.maskBefore = maskBefore;
  }

  /** Blocks these signals and opens a descriptor that tells of them. */
  public static SignalDescriptor open(Posix posix, Signal... signals) throws PosixException {
    SignalSet set = SignalSet.of(signals);
    CallList calls = new CallList();
    int before = set.appendBlock(calls);
    int fd = set.appendDescriptor(calls);
    Results results = posix.call(calls);
    return new SignalDescriptor(posix, results.fd(fd), results.buffer(before));
  }

  /** What to poll. */
  public int fd() {
    return fd;
  }

  /** The signals that have come; does not wait. */
  public List<Signal> read() throws PosixException {
    CallList calls = new CallList();
    int read = SignalSet.appendRead(calls, fd);
    List<Signal> signals = new ArrayList<>();
    for (int number : SignalSet.read(posix.call(calls), read)) {
      signals.add(Signal.byNumber(number));
    }
    return signals;
  }

  /** Appends what a forked child has to do to be rid of it. */
  public void appendUndo(CallList calls) {
    SignalSet.appendRestore(calls, maskBefore);
    calls.attempt(Syscall.CLOSE, number(fd));
  }

  /** The signals are the process's again; those that have come meanwhile act now. */
  public void close() {
    CallList calls = new CallList();
    appendUndo(calls);
    posix.attempt(calls);
  }
}
