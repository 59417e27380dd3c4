package s6j.commands.fdholder;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.supervise.Tai;

/**
 * A descriptor that is held.
 *
 * @param id its name, 1 to 255 bytes
 * @param limit when it is to be closed
 * @param fd its number in the process that has it
 */
record HeldFd(Bytes id, Tai limit, int fd) {
  static final int ID_MAX = 255;

  /** So far away is a limit that means never. */
  private static final long FOREVER = 1L << 61;

  /** The limit that so many milliseconds from now are; 0 means never. */
  static Tai limitIn(long millis) {
    Instant now = Instant.now();
    if (millis == 0) {
      Tai tai = Tai.of(now);
      return new Tai(tai.seconds() + FOREVER, tai.nanos());
    }
    return Tai.of(now.plusMillis(millis));
  }

  /** How many milliseconds are left, not below 0; -1 when there is no limit. */
  long leftMillis() {
    Tai now = Tai.of(Instant.now());
    long seconds = limit.seconds() - now.seconds();
    if (isForEver()) {
      return -1;
    }
    return Math.max(0, seconds * 1000 + (limit.nanos() - now.nanos() + 999_999) / 1_000_000);
  }

  /** Whether the limit is beyond all time that anybody can wait for. */
  boolean isForEver() {
    return limit.seconds() < 0
        || limit.seconds() - Tai.of(Instant.now()).seconds() > FOREVER / 2
        || limit.seconds() - Tai.of(Instant.now()).seconds() > Integer.MAX_VALUE;
  }

  static boolean isId(Bytes id) {
    return !id.isEmpty() && id.length() <= ID_MAX && !id.contains(0);
  }

  /** The length of an id, the id and NUL, as they stand in messages. */
  static Bytes encoded(Bytes id) {
    return Bytes.of(new byte[] {(byte) id.length()}).plus(id).plus(Bytes.of(new byte[1]));
  }

  /** Limit and id, as they stand in messages. */
  Bytes encoded() {
    ByteBuffer packed = ByteBuffer.allocate(Tai.SIZE);
    limit.pack(packed);
    return Bytes.of(packed.array()).plus(encoded(id));
  }

  /** The id that begins at the buffer's position, which is moved behind it; null when none does. */
  static Bytes readId(ByteBuffer from) {
    int length = from.hasRemaining() ? from.get() & 255 : 0;
    if (length == 0 || from.remaining() < length + 1) {
      return null;
    }
    byte[] id = new byte[length];
    from.get(id);
    return from.get() == 0 && isId(Bytes.of(id)) ? Bytes.of(id) : null;
  }

  /** The limits and ids in a message, one for each descriptor; null when it is not so. */
  static List<HeldFd> readAll(ByteBuffer from, List<Integer> fds) {
    List<HeldFd> all = new ArrayList<>();
    for (int fd : fds) {
      if (from.remaining() < Tai.SIZE) {
        return null;
      }
      Tai limit = Tai.unpack(from);
      Bytes id = readId(from);
      if (id == null) {
        return null;
      }
      all.add(new HeldFd(id, limit, fd));
    }
    return from.hasRemaining() ? null : all;
  }
}
