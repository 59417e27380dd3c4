package s6j.plugin.wire;

import java.io.IOException;

/**
 * Input and output on channels, which an interrupt closes, as a call that is interrupted.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Interruptible<T> {
  /** Does it. */
  T run() throws IOException, InterruptedException;

  /**
   * Runs the call.
   *
   * @throws InterruptedException when it has failed because the thread was interrupted
   * @throws IOException when it has failed for another reason
   */
  static <T> T call(Interruptible<T> call) throws IOException, InterruptedException {
    try {
      return call.run();
    } catch (IOException e) {
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    }
  }
}
