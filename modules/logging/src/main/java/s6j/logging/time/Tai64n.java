package s6j.logging.time;

/** TAI64N labels: {@code @}, 16 hexadecimal digits of seconds, 8 of nanoseconds. */
public final class Tai64n {
  /** The length of a label, the {@code @} included. */
  public static final int LENGTH = 25;

  private static final long EPOCH = 1L << 62;
  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  /** The seconds since 1970 UTC that began with one more leap second behind them. */
  private static final long[] LEAPS = {
    78796800, 94694400, 126230400, 157766400, 189302400, 220924800, 252460800, 283996800,
    315532800, 362793600, 394329600, 425865600, 489024000, 567993600, 631152000, 662688000,
    709948800, 741484800, 773020800, 820454400, 867715200, 915148800, 1136073600, 1230768000,
    1341100800, 1435708800, 1483228800
  };

  private Tai64n() {}

  /** The seconds of a label for a time in seconds since 1970 UTC. */
  public static long seconds(long unixSeconds) {
    int leaps = LEAPS.length;
    while (leaps > 0 && unixSeconds < LEAPS[leaps - 1]) {
      leaps--;
    }
    return EPOCH + 10 + leaps + unixSeconds;
  }

  /** Whether the seconds of a label are a leap second, which has a number of its own: 60. */
  public static boolean isLeapSecond(long labelSeconds) {
    return seconds(unixSeconds(labelSeconds)) != labelSeconds;
  }

  /** Seconds since 1970 UTC for the seconds of a label; for a leap second, those before it. */
  public static long unixSeconds(long labelSeconds) {
    long tai = labelSeconds - EPOCH - 10;
    int leaps = LEAPS.length;
    while (leaps > 0 && tai - leaps + 1 < LEAPS[leaps - 1]) {
      leaps--;
    }
    return tai - leaps;
  }

  /** Writes a label. */
  public static void format(long unixSeconds, int nanos, byte[] to, int at) {
    to[at] = '@';
    hex(seconds(unixSeconds), 16, to, at + 1);
    formatNanos(nanos, to, at);
  }

  /** Writes the last digits of a label over those of another of the same second. */
  static void formatNanos(int nanos, byte[] to, int at) {
    hex(nanos, 8, to, at + 17);
  }

  /** Makes a label that of the next nanosecond, which is of the same second. */
  static void next(byte[] label, int at) {
    int last = at + LENGTH - 1;
    while (label[last] == 'f') {
      label[last--] = '0';
    }
    label[last] = (byte) (label[last] == '9' ? 'a' : label[last] + 1);
  }

  private static void hex(long value, int digits, byte[] to, int at) {
    long rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      to[at + i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }

  /**
   * Reads the hexadecimal digits of a label.
   *
   * @return the number, or -1 when one of them is none or the number is negative
   */
  public static long parseHex(byte[] from, int start, int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(from[start + i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
