package s6j.posix.jnr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Executes the JVM's own command line again, with signals blocked. */
final class Restart {
  /** The mask before, hexadecimal; that there is one says that the restart has been. */
  static final String MASK_BEFORE = "S6J_SIGNAL_MASK";

  /** Which signal the JVM suspends threads by, normally USR2; a real-time signal it may have. */
  private static final String SUSPENSION = "_JAVA_SR_SIGNUM";

  private static final String SUSPENSION_SIGNAL = "60";
  private static final String NO_SIGNALS = "-Xrs";

  private Restart() {}

  static void withSignalsBlocked() throws PosixException {
    if (SignalSource.areBlocked() || System.getenv(MASK_BEFORE) != null) {
      return;
    }
    List<Bytes> words = new ArrayList<>(ProcessFacts.strings("/proc/self/cmdline"));
    if (!words.contains(Bytes.of(NO_SIGNALS))) {
      words.add(1, Bytes.of(NO_SIGNALS));
    }
    long before = ProcessFacts.signalSet("/proc/self/status", "SigBlk");
    Environment environment =
        Environment.ofEntries(ProcessFacts.strings("/proc/self/environ"))
            .with(MASK_BEFORE, Long.toHexString(before))
            .with(SUSPENSION, SUSPENSION_SIGNAL);
    new Inheritance().seal();
    long current = SignalMask.set(SignalSource.toBlock());
    try (NativeMemory memory = new NativeMemory()) {
      Native.call(
          Syscall.EXECVE,
          memory.string(program()),
          memory.vector(words),
          memory.vector(environment.entries()));
    } finally {
      SignalMask.set(current);
    }
  }

  /** The JVM's own file: /proc/self/exe would name the process {@code exe}. */
  private static String program() {
    try {
      return Path.of("/proc/self/exe").toRealPath().toString();
    } catch (IOException e) {
      // It has been removed or replaced meanwhile.
      return "/proc/self/exe";
    }
  }

  /** The environment without what was added for the restart. */
  static Environment forget(Environment environment) {
    return environment.has(MASK_BEFORE)
        ? environment.without(MASK_BEFORE).without(SUSPENSION)
        : environment;
  }
}
