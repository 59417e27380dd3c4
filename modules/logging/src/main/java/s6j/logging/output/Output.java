package s6j.logging.output;

import s6j.posix.CallList;
import s6j.posix.Results;

/**
 * Where selected lines go. Lines are collected while a batch is read, and leave together: as calls
 * in the list that the logger's process makes next, or in {@link #work}.
 *
 * <p>Times are in milliseconds of a clock that only goes forward. Used by one thread.
 */
public interface Output extends LineSink {
  /** For {@link #wakeAt}: no time. */
  long NEVER = Long.MAX_VALUE;

  /** Does what needs exchanges with the process of its own. Called before each list. */
  default void work(long now) {}

  /** Appends the calls that write what has been collected. All may fail. */
  default void appendWrites(CallList calls, long now) {}

  /** Looks at what came of the calls that were appended. */
  default void settle(Results results, long now) {}

  /** Whether more lines are to come only when those that there are have been written. */
  default boolean ending() {
    return false;
  }

  /** How many bytes have been collected and are not written. */
  int backlog();

  /** When there is something to do again although nothing has come to be read. */
  default long wakeAt() {
    return NEVER;
  }

  /**
   * How soon to look whether the calls that were appended have done what they should, if nothing
   * comes to be read before, milliseconds.
   */
  default long checkAfter() {
    return 200;
  }

  /** A descriptor that must become writable before anything can be written, or -1. */
  default int awaitsWritable() {
    return -1;
  }

  /** Begins a new file, where there are files. */
  default void rotate() {}

  /** Some child of the process has ended. */
  default void childEnded() {}

  /**
   * No more lines will come: brings everything to its end. Called after {@link #work}, until it
   * says that it is done.
   */
  boolean finish(long now);
}
