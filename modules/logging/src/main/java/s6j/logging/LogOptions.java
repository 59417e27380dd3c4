package s6j.logging;

import s6j.logging.script.Script;

/**
 * How a logger is to run.
 *
 * @param script what it does with lines
 * @param blocking whether nothing is read while something is not written: {@code -b}
 * @param ignoreTerm whether SIGTERM does nothing: {@code -p}
 * @param lineLimit how long a line may be, 0 for any length: {@code -l}
 * @param lastLineMillis how long to wait for the rest of a line when it is told to stop, 0 for as
 *     long as it takes: {@code -t}
 * @param notification the descriptor to say on that it is ready, or -1: {@code -d}
 */
public record LogOptions(
    Script script,
    boolean blocking,
    boolean ignoreTerm,
    long lineLimit,
    long lastLineMillis,
    int notification) {
  /** {@code -t} when it is not given. */
  public static final long LAST_LINE_MILLIS = 2000;
}
