package s6j.posix.jnr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.Syscall;

/**
 * The number of files that may be open. A JVM raises its own soft limit to the hard one when it
 * starts, unless it is told {@code -XX:-MaxFDLimit}, and children would inherit that; some programs
 * then take minutes to close a billion descriptors.
 */
final class OpenFilesLimit {
  private static final int RLIMIT_NOFILE = 7;
  private static final String KEPT = "-XX:-MaxFDLimit";

  private OpenFilesLimit() {}

  /**
   * Puts the soft limit back to what it was before the JVM raised it. What it was is known from the
   * parent; PID 1 of a container has none that can be seen, and keeps what it has.
   */
  static void restore() {
    try (NativeMemory memory = new NativeMemory()) {
      long pair = memory.allocate(16);
      long own = read(0, pair);
      boolean raised = own == NativeMemory.at(pair, 16).getLong(8) && !toldNotTo();
      int parent = Native.POSIX.getppid();
      if (!raised || parent == 0) {
        return;
      }
      long before = read(parent, pair);
      if (before > 0 && before < own) {
        write(before, own, memory);
      }
    }
  }

  private static boolean toldNotTo() {
    return ProcessFacts.strings("/proc/self/cmdline").contains(s6j.posix.Bytes.of(KEPT))
        || mentions(System.getenv("JAVA_TOOL_OPTIONS"))
        || mentions(System.getenv("JDK_JAVA_OPTIONS"));
  }

  private static boolean mentions(String options) {
    return options != null && options.contains(KEPT);
  }

  /** The soft limit of a process, unsigned as the kernel has it; -1 when it cannot be read. */
  private static long read(int pid, long pair) {
    long result = Native.attempt(Syscall.PRLIMIT64, pid, RLIMIT_NOFILE, 0, pair);
    return Native.failed(result) ? -1 : NativeMemory.at(pair, 16).getLong(0);
  }

  private static void write(long soft, long hard, NativeMemory memory) {
    byte[] limits =
        ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(soft).putLong(hard).array();
    Native.attempt(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, memory.bytes(limits), 0);
  }
}
