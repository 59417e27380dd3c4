package s6j.execline.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;

/**
 * Signals that the process does not get, and we are told of instead. While it is open they are
 * blocked; {@link #close} puts the mask back as it was.
 */
public final class SignalWatch {
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
    SignalSet set = SignalSet.ofBits(signals);
    CallList calls = new CallList();
    int before = set.appendBlock(calls);
    int fd = set.appendDescriptor(calls);
    Results results = posix.call(calls);
    return new SignalWatch(posix, results.fd(fd), results.buffer(before));
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
        number(SignalSet.SIZE));
    int read = SignalSet.appendRead(calls, fd);
    return SignalSet.read(posix.call(calls), read);
  }

  /** Appends what a forked child has to do to be rid of the watch. */
  public void appendUndo(CallList calls) {
    SignalSet.appendRestore(calls, maskBefore);
    calls.attempt(Syscall.CLOSE, number(fd));
  }

  /** Watches no longer. */
  public void close() throws PosixException {
    CallList calls = new CallList();
    appendUndo(calls);
    posix.call(calls);
  }
}
