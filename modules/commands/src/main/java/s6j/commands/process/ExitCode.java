package s6j.commands.process;

import s6j.posix.WaitStatus;

/** Exit codes that tell how another process has ended. */
final class ExitCode {
  private static final int MAX = 128;

  private ExitCode() {}

  /**
   * The approximation that skarnet programs use: the code, 128 for all above, 128 + n for signal n.
   */
  static int approximate(WaitStatus status) {
    return status.signalled() ? MAX + status.signal() : Math.min(MAX, status.exitCode());
  }
}
