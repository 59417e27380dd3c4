package s6j.logging.backend;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import s6j.logging.output.OwnOutputs;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/**
 * {@code plugin:stdout}: lines to the logger's stdout, each with its time and the service it is of,
 * if that is wanted.
 */
final class StdoutBackend implements OwnBackend {
  static final String NAME = "stdout";

  private static final String PREFIX = "prefix";

  private final OwnOutputs own;

  StdoutBackend(OwnOutputs own) {
    this.own = own;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> options() {
    return Set.of(PREFIX, Services.OPTION, TimeFormat.OPTION);
  }

  @Override
  public OwnDestination open(LogConfiguration configuration) throws LogConfigurationException {
    TimeFormat time = TimeFormat.of(configuration, TimeFormat.NONE);
    byte[] prefix = prefix(configuration).getBytes(StandardCharsets.UTF_8);
    LineFormat format =
        (to, line) -> {
          if (time != TimeFormat.NONE) {
            to.writeBytes(time.text(line.at()).getBytes(StandardCharsets.US_ASCII));
            to.write(' ');
          }
          to.writeBytes(prefix);
          to.writeBytes(line.bytes());
        };
    return new OwnDestination(own.stdout(), format);
  }

  private static String prefix(LogConfiguration configuration) throws LogConfigurationException {
    String prefix = configuration.option(PREFIX, "none");
    return switch (prefix) {
      case "none" -> "";
      case "service" -> "[" + Services.required(configuration) + "] ";
      default ->
          throw new LogConfigurationException(
              "option 'prefix': expected none or service, found '" + prefix + "'");
    };
  }
}
