package s6j.commands.notification;

import java.util.Arrays;
import s6j.expressions.regex.Ere;

/**
 * A series of events that is waited for: all that a fifodir has told since the beginning is one
 * text, which is looked at anew with every event.
 */
final class Expectation {
  /** It has not come true yet. */
  static final int NOT_YET = -1;

  private final Ere expression;
  private byte[] events = new byte[64];
  private int count;
  private int last = NOT_YET;

  Expectation(Ere expression) {
    this.expression = expression;
  }

  /** Takes what was told. */
  void take(byte[] told) {
    for (int i = 0; i < told.length && last == NOT_YET; i++) {
      if (count == events.length) {
        events = Arrays.copyOf(events, 2 * count);
      }
      events[count++] = told[i];
      if (expression.find(events, 0, count)) {
        last = told[i] & 255;
      }
    }
  }

  /** The event that made it come true, or {@link #NOT_YET}. */
  int event() {
    return last;
  }
}
