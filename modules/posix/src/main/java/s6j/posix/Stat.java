package s6j.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statx says of a file.
 *
 * @param mode type and permissions, as st_mode
 * @param uid owner
 * @param gid group
 * @param size bytes
 * @param device major and minor number of the device it is on, in one long
 * @param inode its number there
 * @param modifiedSeconds when its content last changed, seconds since 1970
 * @param modifiedNanos nanoseconds of that second
 * @param links how many names it has
 */
public record Stat(
    int mode,
    int uid,
    int gid,
    long size,
    long device,
    long inode,
    long modifiedSeconds,
    int modifiedNanos,
    int links) {
  /** The size of the kernel's struct statx, the same on every architecture. */
  public static final int SIZE = 256;

  /** STATX_BASIC_STATS. */
  public static final int MASK = 0x7ff;

  public static final int TYPE = 0170000;
  public static final int FIFO = 0010000;
  public static final int CHARACTER = 0020000;
  public static final int DIRECTORY = 0040000;
  public static final int BLOCK = 0060000;
  public static final int REGULAR = 0100000;
  public static final int LINK = 0120000;
  public static final int SOCKET = 0140000;

  /** Reads a struct statx. */
  public static Stat of(byte[] statx) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    return new Stat(
        b.getShort(28) & 0xffff,
        b.getInt(20),
        b.getInt(24),
        b.getLong(40),
        (long) b.getInt(136) << 32 | b.getInt(140) & 0xffffffffL,
        b.getLong(32),
        b.getLong(112),
        b.getInt(120),
        b.getInt(16));
  }

  public int type() {
    return mode & TYPE;
  }

  /** Permissions with set-id and sticky bits. */
  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  public boolean isLink() {
    return type() == LINK;
  }
}
