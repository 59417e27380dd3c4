package s6j.logging.time;

/** Times as people read them: {@code YYYY-MM-DD HH:MM:SS.nnnnnnnnn}. */
public final class IsoTime {
  /** The length of a time; years have four digits. */
  public static final int LENGTH = 29;

  private IsoTime() {}

  /** Writes a time. */
  public static void format(long unixSeconds, int nanos, Zone zone, byte[] to, int at) {
    long local = unixSeconds + zone.offsetAt(unixSeconds);
    long[] date = Calendar.date(Math.floorDiv(local, 86400L));
    int second = (int) Math.floorMod(local, 86400L);
    digits((int) date[0], 4, to, at);
    to[at + 4] = '-';
    digits((int) date[1], 2, to, at + 5);
    to[at + 7] = '-';
    digits((int) date[2], 2, to, at + 8);
    to[at + 10] = ' ';
    digits(second / 3600, 2, to, at + 11);
    to[at + 13] = ':';
    digits(second / 60 % 60, 2, to, at + 14);
    to[at + 16] = ':';
    digits(second % 60, 2, to, at + 17);
    to[at + 19] = '.';
    formatNanos(nanos, to, at);
  }

  /** Writes the last digits of a time over those of another of the same second. */
  static void formatNanos(int nanos, byte[] to, int at) {
    digits(nanos, 9, to, at + 20);
  }

  /** Makes a time that of the next nanosecond, which is of the same second. */
  static void next(byte[] time, int at) {
    int last = at + LENGTH - 1;
    while (time[last] == '9') {
      time[last--] = '0';
    }
    time[last]++;
  }

  private static void digits(int value, int count, byte[] to, int at) {
    int rest = value;
    for (int i = count - 1; i >= 0; i--) {
      to[at + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
