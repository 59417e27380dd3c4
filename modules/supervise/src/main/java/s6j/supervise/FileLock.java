package s6j.supervise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.Arch;

/**
 * The record locks of fcntl(2), which s6 uses: they belong to the process, and end when it closes
 * any descriptor of the file.
 */
final class FileLock {
  private static final int F_SETLK = 6;
  private static final int F_SETLK64 = 13;

  private static final int F_OFD_SETLK = 37;

  private FileLock() {}

  /**
   * The fcntl command that sets a lock which belongs to the open file: it is passed on with the
   * descriptor, and ends when the last copy of that is closed. It excludes the others as they do
   * each other.
   */
  static int commandToPassOn() {
    return F_OFD_SETLK;
  }

  /** The fcntl command that sets a lock described by 64-bit offsets. */
  static int command(Arch arch) {
    return arch == Arch.ARM ? F_SETLK64 : F_SETLK;
  }

  /** A struct flock: an exclusive lock of the whole file. */
  static byte[] exclusive() {
    return ByteBuffer.allocate(32).order(ByteOrder.nativeOrder()).putShort((short) 1).array();
  }
}
