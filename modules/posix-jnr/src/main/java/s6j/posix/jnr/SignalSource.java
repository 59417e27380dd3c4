package s6j.posix.jnr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jnr.posix.POSIXFactory;
import s6j.posix.InitProcess.Event;
import s6j.posix.InitProcess.SignalReceived;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/**
 * Where signals come from. A JVM whose every thread blocks them can read them from a signalfd, with
 * their senders; that is so when it was started with them blocked and with {@code -Xrs}, as {@link
 * JnrInit#restartWithSignalsBlocked} does. Otherwise they come by way of the JVM's own handler,
 * which knows no sender, and keeps QUIT for itself.
 */
final class SignalSource {
  private static final int RECORD_SIZE = 128;
  private static final int SENDER = 12;
  private static final int KERNEL_SET_SIZE = 8;

  private final Consumer<Event> events;
  private final Runnable childEnded;

  SignalSource(Consumer<Event> events, Runnable childEnded) {
    this.events = events;
    this.childEnded = childEnded;
  }

  /** Whether the process was started with the signals blocked that end a container. */
  static boolean areBlocked() {
    long blocked = ProcessFacts.signalSet("/proc/thread-self/status", "SigBlk");
    long needed = bit(Signal.TERM) | bit(Signal.INT) | bit(Signal.HUP) | bit(Signal.CHLD);
    return (blocked & needed) == needed;
  }

  /** What {@link #areBlocked} wants, and everything else that the JVM does not need itself. */
  static long toBlock() {
    long set = -1L;
    for (Signal signal : Signal.values()) {
      if (!told(signal) && signal != Signal.CHLD) {
        set &= ~bit(signal);
      }
    }
    return set;
  }

  private static long bit(Signal signal) {
    return 1L << signal.number() - 1;
  }

  /** Faults are the JVM's own, and PIPE is nobody's: writing fails as well. */
  private static boolean told(Signal signal) {
    return switch (signal) {
      case KILL, STOP, ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS, STKFLT, PIPE, CHLD, XFSZ -> false;
      default -> true;
    };
  }

  void start() throws PosixException {
    if (areBlocked()) {
      readDescriptor();
    } else {
      handleByJvm();
    }
  }

  private void handleByJvm() {
    handle(Signal.CHLD);
    for (Signal signal : Signal.values()) {
      if (told(signal)) {
        handle(signal);
      }
    }
  }

  private void handle(Signal signal) {
    try {
      // The one that is native would call Java from whatever thread the signal comes to.
      POSIXFactory.getJavaPOSIX()
          .signal(
              jnr.constants.platform.Signal.valueOf("SIG" + signal.name()),
              number -> tell(signal.number(), 0));
    } catch (IllegalArgumentException e) {
      // The JVM keeps it: QUIT for a thread dump, and with -Xrs those that end it.
      return;
    }
  }

  private void readDescriptor() throws PosixException {
    try (NativeMemory memory = new NativeMemory()) {
      byte[] set =
          ByteBuffer.allocate(KERNEL_SET_SIZE)
              .order(ByteOrder.nativeOrder())
              .putLong(toBlock())
              .array();
      long address = memory.bytes(set);
      int fd =
          (int) Native.call(Syscall.SIGNALFD4, -1, address, KERNEL_SET_SIZE, OpenFlags.CLOEXEC);
      Thread.ofPlatform().name("signals").daemon().start(() -> readForEver(fd));
    }
  }

  private void readForEver(int fd) {
    try (NativeMemory memory = new NativeMemory()) {
      long record = memory.allocate(RECORD_SIZE);
      for (; ; ) {
        if (Native.attempt(Syscall.READ, fd, record, RECORD_SIZE) == RECORD_SIZE) {
          tell(NativeMemory.getInt(record), NativeMemory.getInt(record + SENDER));
        }
      }
    }
  }

  private void tell(int number, int sender) {
    if (number == Signal.CHLD.number()) {
      childEnded.run();
    } else {
      events.accept(new SignalReceived(number, sender));
    }
  }
}
