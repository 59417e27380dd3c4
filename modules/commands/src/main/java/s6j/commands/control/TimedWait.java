package s6j.commands.control;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/** Waits for a child of a process, for a limited time: its SIGCHLD is blocked and polled for. */
public final class TimedWait {
  private static final int WNOHANG = 1;
  private static final short POLLIN = 1;
  private static final long NANOS = 1_000_000_000L;

  private TimedWait() {}

  /**
   * Waits for a child to end.
   *
   * @param millis how long at most; 0 for as long as it takes
   * @return how it ended, or null when the time has passed
   */
  public static WaitStatus waitFor(Posix posix, int pid, long millis) throws PosixException {
    if (millis == 0) {
      return posix.waitFor(pid);
    }
    long deadline = System.nanoTime() + millis * 1_000_000;
    SignalSet set = SignalSet.of(Signal.CHLD);
    CallList blocking = new CallList();
    int mask = set.appendBlock(blocking);
    int fd = set.appendDescriptor(blocking);
    int wait = appendWait(blocking, pid);
    Results results = posix.call(blocking);
    try {
      WaitStatus status = status(results, wait, pid);
      for (long left = deadline - System.nanoTime();
          status == null && left > 0;
          left = deadline - System.nanoTime()) {
        status = poll(posix, results.fd(fd), pid, left);
      }
      return status;
    } finally {
      CallList restoring = new CallList();
      restoring.attempt(Syscall.CLOSE, number(results.fd(fd)));
      SignalSet.appendRestore(restoring, results.buffer(mask));
      posix.call(restoring);
    }
  }

  private static WaitStatus poll(Posix posix, int fd, int pid, long nanos) throws PosixException {
    byte[] pollfd =
        ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(fd).putShort(POLLIN).array();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PPOLL,
        CallList.bytes(pollfd),
        number(1),
        CallList.bytes(words(nanos / NANOS, nanos % NANOS)),
        number(0),
        number(0));
    SignalSet.appendRead(calls, fd);
    int wait = appendWait(calls, pid);
    return status(posix.call(calls), wait, pid);
  }

  private static int appendWait(CallList calls, int pid) {
    return calls.attempt(Syscall.WAIT4, number(pid), out(4), number(WNOHANG), number(0));
  }

  private static WaitStatus status(Results results, int wait, int pid) throws PosixException {
    if (results.failed(wait)) {
      throw new PosixException(results.errno(wait), wait);
    }
    return results.value(wait) != pid
        ? null
        : new WaitStatus(
            ByteBuffer.wrap(results.buffer(wait)).order(ByteOrder.nativeOrder()).getInt());
  }

  private static byte[] words(long... values) {
    ByteBuffer words = ByteBuffer.allocate(8 * values.length).order(ByteOrder.nativeOrder());
    for (long value : values) {
      words.putLong(value);
    }
    return words.array();
  }
}
