package s6j.commands.portable;

/**
 * A TAI64N label within text: {@code @}, 16 hexadecimal digits of seconds, 8 of nanoseconds.
 *
 * @param seconds the number that the first digits are; those of TAI64 begin at 2^62
 * @param nanos 0 to 999,999,999
 */
public record TaiLabel(long seconds, int nanos) {
  /** How long a label is, bytes. */
  public static final int LENGTH = 25;

  private static final int SECONDS = 16;
  private static final long NANOS = 1_000_000_000L;

  /** Reads the label that a text begins with; null when it begins with none. */
  public static TaiLabel parse(byte[] text, int start, int end) {
    if (end - start < LENGTH || text[start] != '@') {
      return null;
    }
    for (int i = start + 1; i < start + LENGTH; i++) {
      if (Character.digit(text[i], 16) < 0) {
        return null;
      }
    }
    long seconds = hex(text, start + 1, start + 1 + SECONDS);
    long nanos = hex(text, start + 1 + SECONDS, start + LENGTH);
    return seconds < 0 || nanos >= NANOS ? null : new TaiLabel(seconds, (int) nanos);
  }

  private static long hex(byte[] text, int start, int end) {
    long value = 0;
    for (int i = start; i < end; i++) {
      value = value << 4 | Character.digit(text[i], 16);
    }
    return value;
  }
}
