package s6j.logging.time;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import s6j.posix.Bytes;

/** A time zone file, as zic writes it (TZif, RFC 9636). */
public final class ZoneFile implements Zone {
  private static final int MAGIC = 0x545a6966;

  private final long[] transitions;
  private final int[] offsets;
  private final int before;
  private final Zone after;

  private ZoneFile(long[] transitions, int[] offsets, int before, Zone after) {
    this.transitions = transitions;
    this.offsets = offsets;
    this.before = before;
    this.after = after;
  }

  /** The zone in this file, or null when the content is none. */
  public static Zone parse(Bytes content) {
    ByteBuffer in = ByteBuffer.wrap(content.toArray());
    try {
      Header header = Header.read(in);
      if (header == null) {
        return null;
      }
      if (header.version < '2') {
        return read(in, header, 4);
      }
      in.position(in.position() + header.size(4));
      Header second = Header.read(in);
      return second == null ? null : read(in, second, 8);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  /** The counts before a block of data. */
  private record Header(
      int version, int isUt, int isStd, int leaps, int times, int types, int characters) {
    static Header read(ByteBuffer in) {
      if (in.getInt() != MAGIC) {
        return null;
      }
      int version = in.get();
      in.position(in.position() + 15);
      int[] n = new int[6];
      for (int i = 0; i < n.length; i++) {
        n[i] = in.getInt();
        if (n[i] < 0 || n[i] > in.capacity()) {
          return null;
        }
      }
      return new Header(version, n[0], n[1], n[2], n[3], n[4], n[5]);
    }

    int size(int timeSize) {
      return times * (timeSize + 1)
          + types * 6
          + characters
          + leaps * (timeSize + 4)
          + isStd
          + isUt;
    }
  }

  private static Zone read(ByteBuffer in, Header header, int timeSize) {
    int end = in.position() + header.size(timeSize);
    long[] transitions = new long[header.times];
    for (int i = 0; i < header.times; i++) {
      transitions[i] = timeSize == 8 ? in.getLong() : in.getInt();
    }
    byte[] types = new byte[header.times];
    in.get(types);
    int[] offsetOfType = new int[header.types];
    int before = -1;
    for (int i = 0; i < header.types; i++) {
      offsetOfType[i] = in.getInt();
      boolean summer = in.get() != 0;
      in.get();
      before = before < 0 && !summer ? i : before;
    }
    int[] offsets = new int[header.times];
    for (int i = 0; i < header.times; i++) {
      if ((types[i] & 255) >= header.types) {
        return null;
      }
      offsets[i] = offsetOfType[types[i] & 255];
    }
    if (header.types == 0) {
      return null;
    }
    return new ZoneFile(
        transitions, offsets, offsetOfType[Math.max(before, 0)], footer(in, end, timeSize));
  }

  private static Zone footer(ByteBuffer in, int end, int timeSize) {
    if (timeSize == 4 || end + 2 > in.capacity()) {
      return null;
    }
    byte[] text = Arrays.copyOfRange(in.array(), end + 1, in.capacity());
    String line = new String(text, StandardCharsets.ISO_8859_1);
    int newline = line.indexOf('\n');
    return newline <= 0 ? null : PosixZone.parse(line.substring(0, newline));
  }

  @Override
  public int offsetAt(long unixSeconds) {
    int at = Arrays.binarySearch(transitions, unixSeconds);
    int last = at >= 0 ? at : -at - 2;
    if (after != null && last == transitions.length - 1) {
      return after.offsetAt(unixSeconds);
    }
    return last < 0 ? before : offsets[last];
  }
}
