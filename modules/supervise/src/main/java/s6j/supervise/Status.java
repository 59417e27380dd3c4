package s6j.supervise;

import java.nio.ByteBuffer;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;

/**
 * The content of {@code supervise/status}: 35 bytes, the layout of s6 since 2.11.
 *
 * @param changed when the service last went up or down
 * @param readied when its readiness last changed
 * @param pid of run, or of finish while that runs; 0 when neither runs
 * @param lastDeath how run last ended
 * @param paused whether it was stopped with SIGSTOP; with pid 0: not started yet
 * @param finishing whether the pid is that of finish
 * @param wantUp whether it is to be restarted
 * @param ready whether it is ready; while down, that finish is over
 */
public record Status(
    Tai changed,
    Tai readied,
    int pid,
    WaitStatus lastDeath,
    boolean paused,
    boolean finishing,
    boolean wantUp,
    boolean ready) {
  /** The size of the file. */
  public static final int SIZE = 35;

  /**
   * A flag that s6 does not know and does not look at: nothing has been done for the service yet.
   */
  static final int BEGINNING = 0x80;

  /** Another: the supervisor leaves as soon as the service is down. */
  static final int LEAVING = 0x40;

  /** Reads the file's content; null when it is no status. */
  public static Status parse(Bytes content) {
    if (content.length() != SIZE) {
      return null;
    }
    ByteBuffer b = ByteBuffer.wrap(content.toArray());
    Tai changed = Tai.unpack(b);
    Tai readied = Tai.unpack(b);
    int pid = (int) b.getLong();
    WaitStatus death = new WaitStatus(b.getShort() & 0xffff);
    int flags = b.get();
    return new Status(
        changed,
        readied,
        pid,
        death,
        (flags & 1) != 0,
        (flags & 2) != 0,
        (flags & 4) != 0,
        (flags & 8) != 0);
  }

  /** The file's content. */
  public Bytes format() {
    ByteBuffer b = ByteBuffer.allocate(SIZE);
    changed.pack(b);
    readied.pack(b);
    b.putLong(pid).putShort((short) lastDeath.raw());
    b.put((byte) ((paused ? 1 : 0) | (finishing ? 2 : 0) | (wantUp ? 4 : 0) | (ready ? 8 : 0)));
    return Bytes.of(b.array());
  }

  /** The file's content with a flag that is of our own. */
  Bytes format(int ownFlag) {
    byte[] content = format().toArray();
    content[SIZE - 1] |= (byte) ownFlag;
    return Bytes.of(content);
  }

  /** Whether a file's content has a flag of our own. */
  static boolean has(int ownFlag, Bytes content) {
    return content.length() == SIZE && (content.at(SIZE - 1) & ownFlag) != 0;
  }

  public boolean up() {
    return pid != 0 && !finishing;
  }
}
