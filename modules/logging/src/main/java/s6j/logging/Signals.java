package s6j.logging;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;

/** The signals of the process, which from now on come as data. SIGPIPE never comes. */
final class Signals {
  private final int fd;
  private int read;

  private Signals(int fd) {
    this.fd = fd;
  }

  static Signals of(Posix posix) throws PosixException {
    CallList calls = new CallList();
    SignalSet.of(Signal.HUP, Signal.ALRM, Signal.TERM, Signal.CHLD, Signal.PIPE).appendBlock(calls);
    int opened =
        SignalSet.of(Signal.HUP, Signal.ALRM, Signal.TERM, Signal.CHLD).appendDescriptor(calls);
    return new Signals(posix.call(calls).fd(opened));
  }

  int fd() {
    return fd;
  }

  void append(CallList calls) {
    read = SignalSet.appendRead(calls, fd);
  }

  List<Signal> received(Results results) {
    if (results.buffer(read).length == 0) {
      return List.of();
    }
    List<Signal> signals = new ArrayList<>();
    for (int number : SignalSet.read(results, read)) {
      signals.add(Signal.byNumber(number));
    }
    return signals;
  }
}
