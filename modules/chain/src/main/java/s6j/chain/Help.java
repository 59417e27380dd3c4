package s6j.chain;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/** What {@code NAME --help} prints: a file for each command, read by the caller. */
final class Help {
  private static final int TEXT_MAX = 64 << 10;

  private final Bytes directory;

  /**
   * @param directory where the texts are, each by the name of its command; they may be missing
   */
  Help(Bytes directory) {
    this.directory = directory;
  }

  /** Whether these words ask for help, and for nothing else. */
  static boolean isAskedFor(List<Bytes> words) {
    return words.size() == 2 && words.getLast().is("--help");
  }

  /**
   * The text about a command; null when there is none: the command then takes the word as it takes
   * any other, which is how one of a plugin has a help of its own.
   */
  Bytes text(Posix posix, String name) {
    try {
      return new Files(posix).read(directory.slash(Bytes.of(name)), TEXT_MAX);
    } catch (PosixException e) {
      return null;
    }
  }
}
