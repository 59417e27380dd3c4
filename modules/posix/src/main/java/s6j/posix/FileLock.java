package s6j.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The locks of fcntl(2) on a whole file, which s6 uses. They belong to the process, and end when it
 * closes any descriptor of the file. Those that can be passed on belong to the open file, and end
 * when the last copy of its descriptor is closed. The ones exclude the others.
 */
public final class FileLock {
  /** The command for a lock that can be passed on; it fails when somebody else has one. */
  public static final int SET_TO_PASS_ON = 37;

  /** The command for a lock that can be passed on; it waits. */
  public static final int AWAIT_TO_PASS_ON = 38;

  private static final int GETLK = 5;
  private static final int SETLK = 6;
  private static final int SETLKW = 7;
  private static final int GETLK64 = 12;
  private static final int SETLK64 = 13;
  private static final int SETLKW64 = 14;
  private static final short READ = 0;
  private static final short WRITE = 1;
  private static final short NONE = 2;
  private static final int SIZE = 32;

  private FileLock() {}

  /** The command for a lock of the process; it fails when somebody else has one. */
  public static int set(Arch arch) {
    return arch == Arch.ARM ? SETLK64 : SETLK;
  }

  /** The command for a lock of the process; it waits. */
  public static int await(Arch arch) {
    return arch == Arch.ARM ? SETLKW64 : SETLKW;
  }

  /** The command that asks whether a lock could be taken; {@link #isHeld} has the answer. */
  public static int query(Arch arch) {
    return arch == Arch.ARM ? GETLK64 : GETLK;
  }

  /** Whether another process has a lock, by the struct flock that the query has filled in. */
  public static boolean isHeld(byte[] lock) {
    return ByteBuffer.wrap(lock).order(ByteOrder.nativeOrder()).getShort() != NONE;
  }

  /** A struct flock: nobody else may have any lock. */
  public static byte[] exclusive() {
    return whole(WRITE);
  }

  /** A struct flock: others may have such a lock as well. */
  public static byte[] shared() {
    return whole(READ);
  }

  /** With 64 bits of offsets; zeroes are all of the file. */
  private static byte[] whole(short type) {
    return ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder()).putShort(type).array();
  }
}
