package s6j.commands.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A lock on a whole file, as fcntl takes it. */
public final class FileLock {
  /** Fails when somebody else has the lock. */
  public static final int SETLK = 6;

  /** Waits for the lock. */
  public static final int SETLKW = 7;

  /** Waits for a lock that belongs to the open file, not to the process. */
  public static final int OFD_SETLKW = 38;

  private static final short READ = 0;
  private static final short WRITE = 1;
  private static final int SIZE = 32;

  private FileLock() {}

  /** The struct flock: type, and zeroes for all of the file. */
  public static byte[] whole(boolean shared) {
    ByteBuffer lock = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
    return lock.putShort(shared ? READ : WRITE).array();
  }
}
