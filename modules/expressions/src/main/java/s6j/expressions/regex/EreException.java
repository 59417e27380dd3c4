package s6j.expressions.regex;

/** A pattern is no POSIX extended regular expression; the message says why. */
public final class EreException extends Exception {
  private static final long serialVersionUID = 1L;

  EreException(String message) {
    super(message);
  }
}
