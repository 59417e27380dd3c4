import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * {@code java Settle.java FIRST SECOND OUT}: of two AOT caches created from the same recording, the one that both are but for the time of
 * creation. A SoftReference of the archived heap remembers the monotonic clock, in milliseconds; here it becomes 0, and the checksums follow.
 * Exits with 1 when the two differ in anything else.
 *
 * <p>The header, by JDK 25's cds/filemap.hpp: at 4 its own checksum, of what is from 16 to its size, which is at 12; at 0x78 regions of 0x60
 * bytes each, with the checksum first, the place in the file at 0x18 and the bytes used at 0x28.
 */
final class Settle {
  private static final int REGIONS = 0x78;
  private static final int REGION = 0x60;
  private static final int REGION_COUNT = 4;
  private static final long LIFETIME_MS = 3_600_000;

  public static void main(String[] arguments) throws IOException {
    ByteBuffer one = read(arguments[0]);
    ByteBuffer two = read(arguments[1]);
    if (one.limit() != two.limit()) {
      fail("the two are of different size");
    }
    int header = one.getInt(12);
    List<Integer> clocks = new ArrayList<>();
    long now = System.nanoTime() / 1_000_000;
    for (int at = header; at + 8 <= one.limit(); at += 8) {
      if (one.getLong(at) != two.getLong(at)) {
        if (!isClock(one.getLong(at), now) || !isClock(two.getLong(at), now)) {
          fail("they differ at %#x: %#x and %#x".formatted(at, one.getLong(at), two.getLong(at)));
        }
        clocks.add(at);
      }
    }
    clocks.forEach(at -> one.putLong(at, 0));
    for (int region = 0; region < REGION_COUNT; region++) {
      int at = REGIONS + region * REGION;
      int from = Math.toIntExact(one.getLong(at + 0x18));
      int used = Math.toIntExact(one.getLong(at + 0x28));
      one.putInt(at, sum(one, from, from + used));
    }
    one.putInt(4, sum(one, 16, header));
    Files.write(Path.of(arguments[2]), one.array());
    System.out.printf("AOT cache: %d bytes, %d of them times of the clock%n", one.limit(), clocks.size() * 8);
  }

  /** Linux's CLOCK_MONOTONIC is what nanoTime reads. */
  private static boolean isClock(long value, long now) {
    return value <= now && value > now - LIFETIME_MS;
  }

  private static ByteBuffer read(String file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file))).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) != 0xf00baba2) {
      bytes.order(ByteOrder.BIG_ENDIAN);
    }
    return bytes.getInt(0) == 0xf00baba2 ? bytes : fail(file + " is no AOT cache");
  }

  private static int sum(ByteBuffer bytes, int from, int to) {
    CRC32 sum = new CRC32();
    sum.update(bytes.array(), from, to - from);
    return (int) sum.getValue();
  }

  private static ByteBuffer fail(String why) {
    System.err.println("Settle: fatal: " + why);
    System.exit(1);
    return null;
  }
}
