package s6j.execline.process;

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
import s6j.posix.Syscall;

/**
 * Signals that the process does not get, and we are told of instead. While it is open they are
 * blocked; {@link #close} puts the mask back as it was.
 */
public final class SignalWatch {
  private static final int SIG_BLOCK = 0;
  private static final int SIG_SETMASK = 2;
  private static final int SET_SIZE = 8;
  private static final int RECORD = 128;
  private static final int POLLIN = 1;

  private final Posix posix;
  private final int fd;
  private final byte[] maskBefore;

  private SignalWatch(Posix posix, int fd, byte[] maskBefore) {
    this.posix = posix;
    this.fd = fd;
    this.maskBefore = maskBefore;
  }

  /** Watches these signals, bit n - 1 being signal n. */
  public static SignalWatch open(Posix posix, long signals) throws PosixException {
    byte[] set =
        ByteBuffer.allocate(SET_SIZE).order(ByteOrder.nativeOrder()).putLong(signals).array();
    CallList calls = new CallList();
    calls.add(
        Syscall.RT_SIGPROCMASK, number(SIG_BLOCK), bytes(set), out(SET_SIZE), number(SET_SIZE));
    calls.add(
        Syscall.SIGNALFD4,
        number(-1),
        bytes(set),
        number(SET_SIZE),
        number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
    Results results = posix.call(calls);
    return new SignalWatch(posix, results.fd(1), results.buffer(0));
  }

  /** The bit of a signal. */
  public static long bit(int signal) {
    return 1L << signal - 1;
  }

  /**
   * The numbers of the signals that have come; waits for the first.
   *
   * @param millis how long to wait at most; negative for as long as it takes
   */
  public List<Integer> await(long millis) throws PosixException {
    byte[] poll =
        ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putInt(fd)
            .putShort((short) POLLIN)
            .array();
    byte[] time =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(millis / 1000)
            .putLong(millis % 1000 * 1000000)
            .array();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PPOLL,
        bytes(poll),
        number(1),
        millis < 0 ? number(0) : bytes(time),
        number(0),
        number(SET_SIZE));
    int read =
        calls.attempt(Syscall.READ, number(fd), outUpToResult(16 * RECORD), number(16 * RECORD));
    Results results = posix.call(calls);
    List<Integer> signals = new ArrayList<>();
    if (!results.failed(read)) {
      ByteBuffer records = ByteBuffer.wrap(results.buffer(read)).order(ByteOrder.nativeOrder());
      for (int at = 0; at + RECORD <= records.limit(); at += RECORD) {
        signals.add(records.getInt(at));
      }
    }
    return signals;
  }

  /** Appends what a forked child has to do to be rid of the watch. */
  public void appendUndo(CallList calls) {
    calls.add(
        Syscall.RT_SIGPROCMASK,
        number(SIG_SETMASK),
        bytes(maskBefore),
        number(0),
        number(SET_SIZE));
    calls.attempt(Syscall.CLOSE, number(fd));
  }

  /** Watches no longer. */
  public void close() throws PosixException {
    CallList calls = new CallList();
    appendUndo(calls);
    posix.call(calls);
  }
}
