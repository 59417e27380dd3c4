package s6j.commands.waiting;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/**
 * Signals that the process does not get, but reads from a descriptor. They are blocked while it is
 * open; {@link #close} puts the mask back.
 */
public final class SignalDescriptor {
  private static final int SIG_BLOCK = 0;
  private static final int SIG_SETMASK = 2;
  private static final int SET_SIZE = 8;
  private static final int RECORD = 128;
  private static final int RECORDS = 16;

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
    long mask = 0;
    for (Signal signal : signals) {
      mask |= 1L << signal.number() - 1;
    }
    byte[] set = ByteBuffer.allocate(SET_SIZE).order(ByteOrder.nativeOrder()).putLong(mask).array();
    CallList calls = new CallList();
    int before =
        calls.add(
            Syscall.RT_SIGPROCMASK, number(SIG_BLOCK), bytes(set), out(SET_SIZE), number(SET_SIZE));
    int fd =
        calls.add(
            Syscall.SIGNALFD4,
            number(-1),
            bytes(set),
            number(SET_SIZE),
            number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
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
    calls.attempt(
        Syscall.READ, number(fd), outUpToResult(RECORDS * RECORD), number(RECORDS * RECORD));
    ByteBuffer records =
        ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    List<Signal> signals = new ArrayList<>();
    for (int at = 0; at + RECORD <= records.limit(); at += RECORD) {
      signals.add(Signal.byNumber(records.getInt(at)));
    }
    return signals;
  }

  /** Appends what a forked child has to do to be rid of it. */
  public void appendUndo(CallList calls) {
    calls.attempt(
        Syscall.RT_SIGPROCMASK,
        number(SIG_SETMASK),
        bytes(maskBefore),
        number(0),
        number(SET_SIZE));
    calls.attempt(Syscall.CLOSE, number(fd));
  }

  /** The signals are the process's again; those that have come meanwhile act now. */
  public void close() {
    CallList calls = new CallList();
    appendUndo(calls);
    posix.attempt(calls);
  }
}
