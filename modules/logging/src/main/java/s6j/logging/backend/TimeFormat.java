package s6j.logging.backend;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import s6j.logging.time.IsoTime;
import s6j.logging.time.Tai64n;
import s6j.logging.time.Zone;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/** What the option {@code timestamp} can be. */
enum TimeFormat {
  NONE,
  /** ISO 8601 in UTC: {@code 2026-11-24T12:00:00.123456789Z}. */
  ISO,
  /** As {@code t} in a script. */
  TAI64N,
  /** Seconds since 1970 UTC, with nine digits of their fraction. */
  EPOCH;

  static final String OPTION = "timestamp";

  static TimeFormat of(LogConfiguration configuration, TimeFormat otherwise)
      throws LogConfigurationException {
    String text = configuration.option(OPTION, null);
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case "none" -> NONE;
      case "iso" -> ISO;
      case "tai64n" -> TAI64N;
      case "epoch" -> EPOCH;
      default ->
          throw new LogConfigurationException(
              "option 'timestamp': expected none, iso, tai64n or epoch, found '" + text + "'");
    };
  }

  /** The time as text, in ASCII; empty for {@link #NONE}. */
  String text(Instant at) {
    return switch (this) {
      case NONE -> "";
      case ISO -> {
        byte[] text = new byte[IsoTime.LENGTH + 1];
        IsoTime.format(at.getEpochSecond(), at.getNano(), Zone.UTC, text, 0);
        text[10] = 'T';
        text[IsoTime.LENGTH] = 'Z';
        yield ascii(text);
      }
      case TAI64N -> {
        byte[] text = new byte[Tai64n.LENGTH];
        Tai64n.format(at.getEpochSecond(), at.getNano(), text, 0);
        yield ascii(text);
      }
      case EPOCH -> {
        String nanos = Integer.toString(at.getNano());
        yield at.getEpochSecond() + "." + "0".repeat(9 - nanos.length()) + nanos;
      }
    };
  }

  private static String ascii(byte[] text) {
    return new String(text, StandardCharsets.US_ASCII);
  }
}
