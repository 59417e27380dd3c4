package s6j.posix;

/** The process that made our calls is gone. */
public final class DisconnectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DisconnectedException(String message) {
    super(message);
  }
}
