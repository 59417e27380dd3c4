package s6j.logging;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
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

/** The signals of the process, which from now on come as data. SIGPIPE never comes. */
final class Signals {
  private static final int SIG_BLOCK = 0;
  private static final int SIGINFO = 128;
  private static final int AT_ONCE = 8;

  private final int fd;
  private int read;

  private Signals(int fd) {
    this.fd = fd;
  }

  static Signals of(Posix posix) throws PosixException {
    byte[] wanted = mask(Signal.HUP, Signal.ALRM, Signal.TERM, Signal.CHLD);
    byte[] blocked = mask(Signal.HUP, Signal.ALRM, Signal.TERM, Signal.CHLD, Signal.PIPE);
    CallList calls = new CallList();
    calls.add(Syscall.RT_SIGPROCMASK, number(SIG_BLOCK), bytes(blocked), nothing(), number(8));
    int opened =
        calls.add(
            Syscall.SIGNALFD4,
            number(-1),
            bytes(wanted),
            number(8),
            number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
    return new Signals(posix.call(calls).fd(opened));
  }

  private static byte[] mask(Signal... signals) {
    long mask = 0;
    for (Signal signal : signals) {
      mask |= 1L << (signal.number() - 1);
    }
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(mask).array();
  }

  int fd() {
    return fd;
  }

  void append(CallList calls) {
    int size = SIGINFO * AT_ONCE;
    read = calls.attempt(Syscall.READ, number(fd), outUpToResult(size), number(size));
  }

  List<Signal> received(Results results) {
    byte[] infos = results.buffer(read);
    if (infos.length == 0) {
      return List.of();
    }
    List<Signal> signals = new ArrayList<>();
    ByteBuffer numbers = ByteBuffer.wrap(infos).order(ByteOrder.nativeOrder());
    for (int at = 0; at + SIGINFO <= infos.length; at += SIGINFO) {
      signals.add(Signal.byNumber(numbers.getInt(at)));
    }
    return signals;
  }
}
