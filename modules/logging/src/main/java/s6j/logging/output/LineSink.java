package s6j.logging.output;

import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;

/** Takes the selected lines of an action. Used by one thread. */
@FunctionalInterface
public interface LineSink {
  /**
   * Takes a line, without a newline at its end; the bytes are the caller's again afterwards.
   *
   * @return whether more lines are welcome before this one is written
   */
  boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end);
}
