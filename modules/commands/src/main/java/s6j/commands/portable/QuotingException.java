package s6j.commands.portable;

/** What should be a quoted string is none; the message says why, and where. */
public final class QuotingException extends Exception {
  private static final long serialVersionUID = 1L;

  QuotingException(String message) {
    super(message);
  }
}
