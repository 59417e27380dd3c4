package s6j.spi.log;

import java.util.Set;

/**
 * A kind of place that log lines can go to, selected in a logging script by {@code
 * plugin:name?option=value&option=value}.
 *
 * <p>Found by {@link java.util.ServiceLoader}; one object serves all loggers of one user id. They
 * run in a JVM of their own, with the rights of that user: a backend that fails, hangs or ends its
 * JVM stops no service. What it prints is lost; {@link LogConfiguration#warnings} is seen. {@link
 * #open} is called once for each action in each script, on a thread of that logger, and may block;
 * the logger does not read its input before it has returned. An exception of it ends the logger,
 * with the exception's message in the container's output.
 */
public interface LogBackend {
  /**
   * The name by which scripts select it. Asked for when backends are looked for, on the thread of a
   * logger; never blocks. After an exception the backend is left out, which is said in a line.
   *
   * @return lower-case letters, digits and {@code -}
   */
  String name();

  /**
   * The options it knows. Any other is an error when the script is read, before {@link #open}. On
   * the thread of a logger; never blocks. After an exception the backend is left out, which is said
   * in a line.
   *
   * @return their names; none when it has no options
   */
  Set<String> options();

  /**
   * Opens a destination. On a thread of the logger that it is for, perhaps for several loggers at
   * once; may block, and the logger reads nothing meanwhile.
   *
   * @param configuration what the script says
   * @return the destination, for this action of this script alone
   * @throws LogConfigurationException when the options have no meaning or lack something; the
   *     message names the option, what was found and what was expected
   */
  LogDestination open(LogConfiguration configuration) throws LogConfigurationException;
}
