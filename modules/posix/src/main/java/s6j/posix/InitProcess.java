package s6j.posix;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that is the container's init. It reaps every child there is and tells of what
 * happens.
 */
public interface InitProcess extends Posix {

  /** What happens to the init process. */
  sealed interface Event {}

  /**
   * A signal has come.
   *
   * @param number which
   * @param sender the pid of its sender, 0 from outside the pid namespace
   */
  record SignalReceived(int number, int sender) implements Event {
    /** The numbers of the signals among events, in their order. */
    public static List<Integer> numbersIn(Iterable<Event> events) {
      List<Integer> numbers = new ArrayList<>();
      for (Event event : events) {
        if (event instanceof SignalReceived signal) {
          numbers.add(signal.number());
        }
      }
      return numbers;
    }
  }

  /**
   * A child that was started by {@link #spawn} or {@link #fork} has ended; it is remembered until
   * {@link #forget}.
   */
  record ChildEnded(int pid, WaitStatus status) implements Event {}

  /** So many children that nobody spawned have been reaped. */
  record OrphansReaped(long count) implements Event {}

  /**
   * A watched descriptor had these bytes.
   *
   * @param tag what {@link #watch} was given
   * @param bytes what was read; empty at end-of-file
   * @param endOfFile whether nothing more will come; the descriptor is not watched any longer, and
   *     still open
   */
  record DataReceived(long tag, byte[] bytes, boolean endOfFile) implements Event {}

  /** A task that {@link #post} was given: to be run by whoever takes events. */
  record Posted(Runnable task) implements Event {}

  /** The init process is gone. */
  record Gone() implements Event {}

  /**
   * The next event. The one before is dealt with by now: the next JVM would be told again of a
   * signal or of data that this one has taken last.
   *
   * @param patience how long to wait at most; null for as long as it takes
   * @return the event, or null when none came in time
   */
  Event nextEvent(Duration patience) throws InterruptedException;

  /**
   * The numbers of the signals that are in line, for whoever takes events next. Any thread.
   *
   * @return in the order in which they have come; none where only who takes events hears of them
   */
  default List<Integer> signalsInLine() {
    return List.of();
  }

  /** Puts a task in line with the events. */
  void post(Runnable task);

  /**
   * Starts a child, as {@link #spawn(SpawnPlan)}, that is known to the next JVM by this tag until
   * it has ended and been forgotten.
   */
  int spawn(SpawnPlan plan, long tag) throws PosixException;

  /**
   * Reads the descriptor whenever there is something, tells of it by {@link DataReceived} with this
   * tag, and holds it as {@link #hold}.
   */
  void watch(int fd, long tag) throws PosixException;

  /**
   * Reads watched descriptors at once: when this returns, everything that was in them when it was
   * called is in line with the events, in the order in which it came. For what must not be decided
   * without having heard of it.
   *
   * @param watched descriptors with the tags they are watched by; they must be O_NONBLOCK
   */
  void readNow(List<ProcessInfo.Held> watched) throws PosixException;

  /** Remembers an open descriptor by a tag: the next JVM finds both in its {@link ProcessInfo}. */
  void hold(int fd, long tag) throws PosixException;

  /** Neither reads nor remembers the descriptor any longer. */
  void unwatch(int fd) throws PosixException;

  /**
   * The same, without waiting for it.
   *
   * @param done is run in line with the events, behind everything that was read before
   */
  default void unwatchLater(int fd, Runnable done) {
    try {
      unwatch(fd);
    } catch (PosixException e) {
      // It has been closed, or has ended: either way it is not watched.
    }
    post(done);
  }

  /** Who is told what came of calls that nobody has waited for. */
  interface Outcome {
    /**
     * They have been made.
     *
     * @param results null when the list has stopped
     * @param failure why it has stopped, or null
     */
    void of(Results results, PosixException failure);
  }

  /**
   * Makes the calls of a list behind everything that was asked for before, and before everything
   * that is asked for afterwards, without waiting for them.
   *
   * @param outcome is told in line with the events, or at once when the calls have been waited for
   *     all the same
   */
  default void callLater(CallList calls, Outcome outcome) {
    Results results;
    try {
      results = call(calls);
    } catch (PosixException e) {
      outcome.of(null, e);
      return;
    }
    outcome.of(results, null);
  }

  /** The same for calls that may fail, and whose success nobody depends on. */
  default void callUnheard(CallList calls) {
    callLater(calls, (results, failure) -> {});
  }

  /**
   * Forgets a child whose end has been dealt with: until then a new JVM would be told of it again.
   */
  void forget(int pid);

  /** Says that a termination signal has been understood and is acted upon. */
  void acknowledgeTermination();

  /**
   * Ends the container: kills every process that is left, reaps, exits. Does not return.
   *
   * @param code 0 to 255
   * @param sync whether to flush file systems first
   */
  void finish(int code, boolean sync);
}
