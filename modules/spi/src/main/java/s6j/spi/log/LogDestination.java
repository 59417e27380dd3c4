package s6j.spi.log;

import java.io.IOException;
import java.util.List;

/**
 * Takes the lines of one logger. Called on one thread of its own, by one call at a time: the thread
 * that reads the log never waits for it while there is room for lines in between.
 *
 * <p>Back pressure: as long as {@link #write} has not returned, lines are kept up to a bound (1 MiB
 * unless the script says otherwise); then the logger stops reading, the pipe fills, and the service
 * blocks when it writes, as with {@code s6-log}.
 */
public interface LogDestination {
  /**
   * Takes a batch. Returns when the lines are where they should be, or in the destination's own
   * care. May block as long as it has to; it is interrupted when the logger has to end and the time
   * for that is over.
   *
   * @param batch at least one line; immutable
   * @throws IOException when the lines could not be brought there. The same batch is given again
   *     after a pause, which grows to 10 seconds; the message is shown at most once a minute. Any
   *     other exception is taken in the same way.
   * @throws InterruptedException when interrupted; the lines are then lost, and their number is
   *     shown
   */
  void write(List<LogLine> batch) throws IOException, InterruptedException;

  /**
   * Nothing more will come: brings what is still in its care to where it should be. May block, up
   * to the time that the logger has for its end (5 seconds); then the thread is interrupted. Called
   * on the thread of {@link #write}, once.
   *
   * @throws IOException when that was not possible: the message is shown
   * @throws InterruptedException when interrupted: what is left is lost
   */
  void close() throws IOException, InterruptedException;
}
