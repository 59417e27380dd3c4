package s6j.spi.log;

/**
 * A destination cannot be as the script says. The message names the option, what was found and what
 * was expected; it is shown as it is.
 */
public final class LogConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * With a message for the person who has written the script.
   *
   * @param message names the option, what was found and what was expected
   */
  public LogConfigurationException(String message) {
    super(message);
  }
}
