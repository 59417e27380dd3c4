package s6j.plugin.wire;

import java.util.Locale;
import s6j.spi.log.LogConfigurationException;

/** How bad it is, by syslog (RFC 5424, table 2); the ordinal is the number. */
public enum Severity {
  /** The system is unusable. */
  EMERG,
  /** Something has to be done at once. */
  ALERT,
  /** Critical. */
  CRIT,
  /** An error. */
  ERR,
  /** A warning. */
  WARNING,
  /** Normal, but of importance. */
  NOTICE,
  /** A message. */
  INFO,
  /** For those who look for an error. */
  DEBUG;

  /**
   * The option {@code severity}: a name, also {@code panic}, {@code error} and {@code warn}, or a
   * number; {@code info} when it is not given.
   *
   * @throws LogConfigurationException when it is none of these
   */
  public static Severity of(Options options) throws LogConfigurationException {
    String value = options.text("severity", "info");
    return switch (value) {
      case "panic" -> EMERG;
      case "error" -> ERR;
      case "warn" -> WARNING;
      default -> byNameOrNumber(value);
    };
  }

  private static Severity byNameOrNumber(String value) throws LogConfigurationException {
    for (Severity severity : values()) {
      if (severity.name().toLowerCase(Locale.ROOT).equals(value)
          || Integer.toString(severity.ordinal()).equals(value)) {
        return severity;
      }
    }
    throw Options.wrong(
        "severity",
        value,
        "emerg, alert, crit, err, warning, notice, info, debug, or a number from 0 to 7");
  }
}
