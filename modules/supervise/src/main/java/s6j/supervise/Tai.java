package s6j.supervise;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A TAI64N stamp as s6 packs it: 12 bytes, big-endian, seconds since 2^62 before the epoch and
 * nanoseconds.
 *
 * @param seconds 2^62 + Unix time + 10 + leap seconds so far
 * @param nanos 0 to 999,999,999
 */
public record Tai(long seconds, int nanos) {
  /** The size of a packed stamp. */
  public static final int SIZE = 12;

  /** The difference between TAI and UTC since 2017. */
  private static final long SINCE_2017 = 37;

  private static final long ORIGIN = 1L << 62;

  /** The stamp of a moment after 2017. */
  public static Tai of(Instant moment) {
    return new Tai(ORIGIN + moment.getEpochSecond() + SINCE_2017, moment.getNano());
  }

  /** The moment of a stamp after 2017. */
  public Instant toInstant() {
    return Instant.ofEpochSecond(seconds - ORIGIN - SINCE_2017, nanos);
  }

  /** Reads a packed stamp. */
  public static Tai unpack(ByteBuffer from) {
    return new Tai(from.getLong(), from.getInt());
  }

  /** The TAI64N label: {@code @} and 24 hexadecimal digits. */
  public String label() {
    ByteBuffer packed = ByteBuffer.allocate(SIZE);
    pack(packed);
    return "@" + HexFormat.of().formatHex(packed.array());
  }

  /** Writes the packed stamp. */
  public void pack(ByteBuffer to) {
    to.putLong(seconds).putInt(nanos);
  }
}
