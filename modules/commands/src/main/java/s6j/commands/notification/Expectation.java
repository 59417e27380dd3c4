package s6j.commands.notification;

import s6j.expressions.regex.Ere;

/**
 * A series of events that is waited for: all that a fifodir has told since the beginning is one
 * text, which is looked at anew with every event.
 */
final class Expectation {
  /** It has not come true yet. */
  static final int NOT_YET = -1;

  private final Ere.Search text;
  private int last = NOT_YET;

  Expectation(Ere expression) {
    this.text = expression.search();
  }

  /** Takes what was told. */
  void take(byte[] told) {
    for (int i = 0; i < told.length && last == NOT_YET; i++) {
      if (text.take(told[i])) {
        last = told[i] & 255;
      }
    }
  }

  /** The event that made it come true, or {@link #NOT_YET}. */
  int event() {
    return last;
  }
}
