package s6j.plugin.syslog;

import java.util.Locale;
import s6j.plugin.syslog.wire.Options;
import s6j.spi.log.LogConfigurationException;

/** Which part of a system speaks (RFC 5424, table 1); the ordinal is the number. */
enum Facility {
  KERN,
  USER,
  MAIL,
  DAEMON,
  AUTH,
  SYSLOG,
  LPR,
  NEWS,
  UUCP,
  CRON,
  AUTHPRIV,
  FTP,
  NTP,
  AUDIT,
  ALERT,
  CLOCK,
  LOCAL0,
  LOCAL1,
  LOCAL2,
  LOCAL3,
  LOCAL4,
  LOCAL5,
  LOCAL6,
  LOCAL7;

  /** The option {@code facility}, a name or a number; {@code daemon} when it is not given. */
  static Facility of(Options options) throws LogConfigurationException {
    String value = options.text("facility", "daemon");
    for (Facility facility : values()) {
      if (facility.name().toLowerCase(Locale.ROOT).equals(value)
          || Integer.toString(facility.ordinal()).equals(value)) {
        return facility;
      }
    }
    throw Options.wrong(
        "facility", value, "user, daemon, local0 and so on, or a number from 0 to 23");
  }
}
