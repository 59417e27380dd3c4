package s6j.commands.deaths;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.supervise.Tai;

/** The content of {@code supervise/death_tally}: 14 bytes for each death, the oldest first. */
final class DeathTally {
  private static final int RECORD = 14;
  private static final int DEATHS_MAX = 4096;

  private DeathTally() {}

  /**
   * One death.
   *
   * @param when it was noticed
   * @param exitCode 128 + signal when a signal ended it
   * @param signal that ended it, or 0
   */
  record Death(Tai when, int exitCode, int signal) {}

  static Bytes file(Bytes service) {
    return service.slash("supervise").slash("death_tally");
  }

  /** The file's content. */
  static Bytes read(Posix posix, Bytes file) throws PosixException {
    return new s6j.posix.Files(posix).read(file, DEATHS_MAX * RECORD + 1);
  }

  /** Whether a content consists of whole records, and not too many. */
  static boolean isSound(Bytes content) {
    return content.length() % RECORD == 0 && content.length() <= DEATHS_MAX * RECORD;
  }

  /** The deaths in a content; what is no whole record is passed over. */
  static List<Death> parse(Bytes content) {
    ByteBuffer b = ByteBuffer.wrap(content.toArray());
    List<Death> deaths = new ArrayList<>();
    while (b.remaining() >= RECORD) {
      deaths.add(new Death(Tai.unpack(b), b.get() & 255, b.get() & 255));
    }
    return deaths;
  }
}
