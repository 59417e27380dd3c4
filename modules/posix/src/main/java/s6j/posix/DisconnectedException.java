package s6j.posix;

/**
 * The process that made our calls is gone: how every command ends that becomes another program.
 * Where that was noticed nobody asks, and finding it out takes a tenth of the command.
 */
public final class DisconnectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DisconnectedException(String message) {
    super(message, null, false, false);
  }
}
