package s6j.plugin.otlp;

import java.util.Locale;
import s6j.plugin.otlp.wire.Options;
import s6j.spi.log.LogConfigurationException;

/** How bad it is, by OpenTelemetry's log data model: the first number of each range. */
enum Severity {
  NONE(0),
  TRACE(1),
  DEBUG(5),
  INFO(9),
  WARN(13),
  ERROR(17),
  FATAL(21);

  private final int number;

  Severity(int number) {
    this.number = number;
  }

  /** The option {@code severity}; {@code info} when it is not given. */
  static Severity of(Options options) throws LogConfigurationException {
    String value = options.text("severity", "info");
    for (Severity severity : values()) {
      if (severity.name().toLowerCase(Locale.ROOT).equals(value)) {
        return severity;
      }
    }
    throw Options.wrong("severity", value, "trace, debug, info, warn, error, fatal or none");
  }

  /** As in {@code severityNumber}; 0 when nothing is to be said. */
  int number() {
    return number;
  }
}
