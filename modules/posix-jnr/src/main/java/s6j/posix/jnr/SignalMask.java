package s6j.posix.jnr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.Syscall;

/** The blocked signals of the current thread. */
final class SignalMask {
  private static final int SIG_SETMASK = 2;
  private static final int KERNEL_SET_SIZE = 8;

  private SignalMask() {}

  /**
   * Gives this thread the mask that the process was started with: that of its first thread, which
   * the JVM's launcher leaves as it was, or the one before {@link Restart}.
   *
   * @return the mask that the thread had
   */
  static long setAsAtStart() {
    String known = System.getenv(Restart.MASK_BEFORE);
    long mask =
        known != null
            ? Long.parseUnsignedLong(known, 16)
            : ProcessFacts.signalSet("/proc/self/status", "SigBlk");
    return set(mask);
  }

  /** Sets the mask; returns the one before. Bit 0 is signal 1. */
  static long set(long mask) {
    try (NativeMemory memory = new NativeMemory()) {
      byte[] bytes =
          ByteBuffer.allocate(KERNEL_SET_SIZE).order(ByteOrder.nativeOrder()).putLong(mask).array();
      long fresh = memory.bytes(bytes);
      long old = memory.allocate(KERNEL_SET_SIZE);
      Native.attempt(Syscall.RT_SIGPROCMASK, SIG_SETMASK, fresh, old, KERNEL_SET_SIZE);
      return NativeMemory.at(old, KERNEL_SET_SIZE).getLong(0);
    }
  }
}
