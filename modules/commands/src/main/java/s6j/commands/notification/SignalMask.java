package s6j.commands.notification;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/** The signals that a process does not take while it waits. */
final class SignalMask {
  static final int SIZE = 8;
  private static final int BLOCK = 0;
  private static final int SET = 2;

  private SignalMask() {}

  /** Appends the call that blocks SIGPIPE: writing gives EPIPE only. */
  static int appendIgnorePipe(CallList calls) {
    return appendBlock(calls, Signal.PIPE);
  }

  /** Appends the call that blocks a signal; its first buffer is the mask before. */
  static int appendBlock(CallList calls, Signal signal) {
    return calls.attempt(
        Syscall.RT_SIGPROCMASK,
        number(BLOCK),
        CallList.bytes(set(signal)),
        out(SIZE),
        number(SIZE));
  }

  /** Appends the call that makes the mask what it was. */
  static void appendRestore(CallList calls, byte[] mask) {
    calls.attempt(
        Syscall.RT_SIGPROCMASK, number(SET), CallList.bytes(mask), number(0), number(SIZE));
  }

  /** Appends the call that opens a descriptor on which a blocked signal is read. */
  static int appendDescriptor(CallList calls, Signal signal) {
    return calls.add(
        Syscall.SIGNALFD4,
        number(-1),
        CallList.bytes(set(signal)),
        number(SIZE),
        number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
  }

  private static byte[] set(Signal signal) {
    return ByteBuffer.allocate(SIZE)
        .order(ByteOrder.nativeOrder())
        .putLong(1L << (signal.number() - 1))
        .array();
  }
}
