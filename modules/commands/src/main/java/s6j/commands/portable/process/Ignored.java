package s6j.commands.portable.process;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Syscall;

/** Signals that a process ignores. */
final class Ignored {
  private static final long SIG_IGN = 1;

  /** The largest struct sigaction of a kernel; the handler comes first, the rest is 0. */
  private static final int ACTION_SIZE = 32;

  private static final int SET_SIZE = 8;

  private Ignored() {}

  /** Appends the call that has a signal ignored; it fails for KILL, STOP and what is no signal. */
  static void append(CallList calls, long signal) {
    byte[] action =
        ByteBuffer.allocate(ACTION_SIZE).order(ByteOrder.nativeOrder()).putLong(SIG_IGN).array();
    calls.attempt(
        Syscall.RT_SIGACTION, number(signal), CallList.bytes(action), nothing(), number(SET_SIZE));
  }
}
