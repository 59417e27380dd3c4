package s6j.posix;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Some signals, and what a process does with them that does not want to be hit: it blocks them, and
 * reads from a descriptor which have come.
 */
public final class SignalSet {
  /** The size of a set in memory, which system calls want to be told. */
  public static final int SIZE = 8;

  /** The size of a struct signalfd_siginfo; the signal's number comes first. */
  public static final int RECORD = 128;

  private static final int AT_ONCE = 16;
  private static final int BLOCK = 0;
  private static final int REPLACE = 2;

  private final byte[] set;

  private SignalSet(long bits) {
    set = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder()).putLong(bits).array();
  }

  /** The set with these bits, bit n - 1 being signal n. */
  public static SignalSet ofBits(long bits) {
    return new SignalSet(bits);
  }

  /** The set of these. */
  public static SignalSet of(Signal... signals) {
    long bits = 0;
    for (Signal signal : signals) {
      bits |= bit(signal.number());
    }
    return new SignalSet(bits);
  }

  /** The bit of a signal. */
  public static long bit(int signal) {
    return 1L << signal - 1;
  }

  /** Appends the call that blocks these as well; its buffer is the mask before. */
  public int appendBlock(CallList calls) {
    return appendMask(calls, BLOCK);
  }

  /** Appends the call that blocks these and no others; its buffer is the mask before. */
  public int appendBlockOnly(CallList calls) {
    return appendMask(calls, REPLACE);
  }

  private int appendMask(CallList calls, int how) {
    return calls.add(
        Syscall.RT_SIGPROCMASK, number(how), CallList.bytes(set), CallList.out(SIZE), number(SIZE));
  }

  /** Appends the call that makes the mask what it was. */
  public static void appendRestore(CallList calls, byte[] maskBefore) {
    calls.attempt(
        Syscall.RT_SIGPROCMASK,
        number(REPLACE),
        CallList.bytes(maskBefore),
        CallList.nothing(),
        number(SIZE));
  }

  /** Appends the call that opens a descriptor on which these are read once they are blocked. */
  public int appendDescriptor(CallList calls) {
    return calls.add(
        Syscall.SIGNALFD4,
        number(-1),
        CallList.bytes(set),
        number(SIZE),
        number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
  }

  /** Appends the call that reads from such a descriptor, without waiting. */
  public static int appendRead(CallList calls, int fd) {
    return calls.attempt(
        Syscall.READ, number(fd), outUpToResult(AT_ONCE * RECORD), number(AT_ONCE * RECORD));
  }

  /** The numbers of the signals that such a call has read. */
  public static List<Integer> read(Results results, int index) {
    List<Integer> signals = new ArrayList<>();
    ByteBuffer records = ByteBuffer.wrap(results.buffer(index)).order(ByteOrder.nativeOrder());
    for (int at = 0; at + RECORD <= records.limit(); at += RECORD) {
      signals.add(records.getInt(at));
    }
    return signals;
  }
}
