package s6j.spi.log;

import java.time.Instant;

/**
 * A line of a log.
 *
 * @param at when it was read
 * @param bytes the line without its newline, as the service wrote it: of any encoding. What the
 *     script puts before lines ({@code t}, {@code T}, {@code p}) is there, too. Not to be changed.
 */
public record LogLine(Instant at, byte[] bytes) {}
