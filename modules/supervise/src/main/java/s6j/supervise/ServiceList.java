package s6j.supervise;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/**
 * What a scan directory supervises, in a file for the next JVM: a service whose name is not in the
 * scan directory any more goes on, and nothing else says where it is.
 *
 * <p>For each service a letter, {@code l} when it has a logger and {@code s} when not, its name and
 * its directory, each ended by a NUL.
 */
final class ServiceList {
  private static final int SIZE_MAX = 16 << 20;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /**
   * One service.
   *
   * @param name the one that it was found by
   * @param directory the path that it is supervised by
   * @param logged whether it has a logger
   */
  record Entry(Bytes name, Bytes directory, boolean logged) {}

  void add(Bytes name, Bytes directory, boolean logged) {
    content.write(logged ? 'l' : 's');
    content.writeBytes(name.toArray());
    content.write(0);
    content.writeBytes(directory.toArray());
    content.write(0);
  }

  Bytes content() {
    return Bytes.of(content.toByteArray());
  }

  /** The entries of the file of this path; none when there is no such file. */
  static List<Entry> read(Posix posix, Bytes path) throws PosixException {
    try {
      return parse(new Files(posix).readAtOnce(path, SIZE_MAX));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  /** The entries of a file's content, as far as they are whole. */
  static List<Entry> parse(Bytes content) {
    List<Entry> entries = new ArrayList<>();
    for (int at = 0; at < content.length(); ) {
      int nameEnd = content.indexOf(0, at);
      int end = nameEnd < 0 ? -1 : content.indexOf(0, nameEnd + 1);
      if (end < 0) {
        break;
      }
      entries.add(
          new Entry(
              content.slice(at + 1, nameEnd),
              content.slice(nameEnd + 1, end),
              content.at(at) == 'l'));
      at = end + 1;
    }
    return entries;
  }
}
