package s6j.logging.backend;

import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/** The option {@code service}: which service a line is of, where it is not as it seems. */
final class Services {
  static final String OPTION = "service";

  private Services() {}

  /** The name; empty when nobody knows. */
  static String of(LogConfiguration configuration) {
    return configuration.option(OPTION, configuration.service());
  }

  static String required(LogConfiguration configuration) throws LogConfigurationException {
    String name = of(configuration);
    if (name.isEmpty()) {
      throw new LogConfigurationException(
          "the logger does not run in a service directory: expected service=NAME as well");
    }
    return name;
  }
}
