package s6j.spi;

/** The container must not go on: it is stopped in the orderly way, with an exit code. */
public final class StageVeto extends Exception {
  private static final long serialVersionUID = 1;

  /** The container's exit code. */
  private final int code;

  /**
   * A veto with what the container says and ends with.
   *
   * @param message for the container's stderr, after the plugin's name: what is wrong
   * @param code the container's exit code, 1 to 255
   * @throws IllegalArgumentException when it is another
   */
  public StageVeto(String message, int code) {
    super(message);
    if (code < 1 || code > 255) {
      throw new IllegalArgumentException("expected an exit code from 1 to 255, got " + code);
    }
    this.code = code;
  }

  /**
   * The container's exit code. Does not block; any thread.
   *
   * @return 1 to 255
   */
  public int code() {
    return code;
  }
}
