package s6j.logging;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import s6j.posix.Bytes;

/**
 * Writes time stamps as {@code s6-log} does: TAI64N, and ISO 8601 in local time. Not for several
 * threads.
 */
final class Stamper {
  private static final long TAI_ORIGIN = (1L << 62) + 37;
  private static final byte[] HEX = Bytes.of("0123456789abcdef").toArray();

  private final ZoneId zone;
  private long second = Long.MIN_VALUE;
  private final byte[] iso = new byte[20];

  Stamper(ZoneId zone) {
    this.zone = zone;
  }

  /** Writes {@code @} and 24 hexadecimal digits. */
  static void tai(Instant now, ByteArrayOutputStream to) {
    to.write('@');
    hex(TAI_ORIGIN + now.getEpochSecond(), 16, to);
    hex(now.getNano(), 8, to);
  }

  private static void hex(long value, int digits, ByteArrayOutputStream to) {
    for (int i = digits - 1; i >= 0; i--) {
      to.write(HEX[(int) (value >>> 4 * i & 15)]);
    }
  }

  /** The TAI64N label of a moment. */
  static String label(Instant now) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    tai(now, text);
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  /** Writes {@code YYYY-MM-DD HH:MM:SS.nnnnnnnnn}. */
  void iso(Instant now, ByteArrayOutputStream to) {
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      LocalDateTime local = LocalDateTime.ofInstant(now, zone);
      digits(local.getYear(), 4, 0, '-');
      digits(local.getMonthValue(), 2, 5, '-');
      digits(local.getDayOfMonth(), 2, 8, ' ');
      digits(local.getHour(), 2, 11, ':');
      digits(local.getMinute(), 2, 14, ':');
      digits(local.getSecond(), 2, 17, '.');
    }
    to.write(iso, 0, iso.length);
    int nanos = now.getNano();
    for (int unit = 100_000_000; unit > 0; unit /= 10) {
      to.write('0' + nanos / unit % 10);
    }
  }

  private void digits(int value, int count, int at, char after) {
    int rest = value;
    for (int i = count - 1; i >= 0; i--) {
      iso[at + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    iso[at + count] = (byte) after;
  }
}
