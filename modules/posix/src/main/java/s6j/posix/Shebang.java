package s6j.posix;

import java.util.ArrayList;
import java.util.List;

/**
 * The first line of a script, {@code #!interpreter [argument]}, as the kernel reads it.
 *
 * @param interpreter the program that runs the script
 * @param argument its one argument, or null
 */
public record Shebang(Bytes interpreter, Bytes argument) {
  /** How much of a file needs to be read to see the line. */
  public static final int LIMIT = 256;

  /** Reads the first line; null when the file does not begin with {@code #!} and an interpreter. */
  public static Shebang parse(Bytes head) {
    if (!head.startsWith("#!")) {
      return null;
    }
    int end = head.indexOf('\n');
    Bytes line = trim(head.slice(2, end < 0 ? head.length() : end));
    if (line.isEmpty()) {
      return null;
    }
    int blank = 0;
    while (blank < line.length() && line.at(blank) != ' ' && line.at(blank) != '\t') {
      blank++;
    }
    Bytes argument = trim(line.from(blank));
    return new Shebang(line.slice(0, blank), argument.isEmpty() ? null : argument);
  }

  /**
   * Whether the line ends in a carriage return, which the kernel takes for part of the last word.
   */
  public boolean endsInCarriageReturn() {
    return (argument == null ? interpreter : argument).endsWith((byte) '\r');
  }

  /** The command line that runs the script. */
  public List<Bytes> commandLine(Bytes script, List<Bytes> arguments) {
    List<Bytes> words = new ArrayList<>();
    words.add(interpreter);
    if (argument != null) {
      words.add(argument);
    }
    words.add(script);
    words.addAll(arguments);
    return words;
  }

  private static Bytes trim(Bytes text) {
    int from = 0;
    int to = text.length();
    while (from < to && (text.at(from) == ' ' || text.at(from) == '\t')) {
      from++;
    }
    while (to > from && (text.at(to - 1) == ' ' || text.at(to - 1) == '\t')) {
      to--;
    }
    return text.slice(from, to);
  }
}
