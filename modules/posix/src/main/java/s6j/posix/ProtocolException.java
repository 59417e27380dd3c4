package s6j.posix;

/** The other side of a connection does not speak our protocol; that connection is over. */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }
}
