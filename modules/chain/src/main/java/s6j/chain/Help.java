package s6j.chain;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/** What {@code NAME --help} prints: a file for each command, read and written by the caller. */
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
   * Prints the text about a command.
   *
   * @return false, with nothing done, when there is none: the command then takes the word as it
   *     takes any other, which is how one of a plugin has a help of its own
   */
  boolean print(Posix posix, String name) throws CommandException {
    Files files = new Files(posix);
    Bytes text;
    try {
      text = files.read(directory.slash(Bytes.of(name)), TEXT_MAX);
    } catch (PosixException e) {
      return false;
    }
    try {
      files.write(1, text);
    } catch (PosixException e) {
      throw CommandException.unable("write to stdout", e);
    }
    return true;
  }
}
