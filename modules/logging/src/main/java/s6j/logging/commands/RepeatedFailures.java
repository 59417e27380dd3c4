package s6j.logging.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import s6j.chain.CommandException;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/**
 * Why loggers could not start. A supervisor starts such a logger again each second, for as long as
 * a disk is read-only perhaps: the same line is told once a minute, as it is by a logger that runs.
 */
final class RepeatedFailures {
  private static final long EVERY_NANOS = 60_000_000_000L;

  /** So many lines are remembered; of more than that, those that came last. */
  private static final int DIFFERENT_MAX = 64;

  private static final long INIT = 1;

  private final Map<String, Long> toldAt = new LinkedHashMap<>();

  /** The failure as it is to be told: with no line when that has been told within this minute. */
  CommandException rarely(Posix posix, CommandException failure) {
    return isSupervised(posix) && isTold(failure.getMessage(), System.nanoTime())
        ? CommandException.silent(failure.code())
        : failure;
  }

  /** Whoever calls s6-log at a prompt is told each time. */
  private static boolean isSupervised(Posix posix) {
    CallList calls = new CallList();
    calls.attempt(Syscall.GETPPID);
    return posix.attempt(calls).value(0) == INIT;
  }

  /** Whether it has been told lately; if not, it is now. */
  synchronized boolean isTold(String message, long now) {
    Long at = toldAt.get(message);
    if (at != null && now - at < EVERY_NANOS) {
      return true;
    }
    toldAt.remove(message);
    if (toldAt.size() == DIFFERENT_MAX) {
      toldAt.remove(toldAt.keySet().iterator().next());
    }
    toldAt.put(message, now);
    return false;
  }
}
