package s6j.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import s6j.chain.CommandException;
import s6j.posix.Bytes;

/**
 * A logging script: the directives of {@code s6-log}, checked completely before the first line is
 * read.
 *
 * @param steps what is done with each line, in order
 */
record LogScript(List<Step> steps) {
  private static final int ALERT_BYTES = 200;
  private static final int STATUS_BYTES = 1001;

  /** One step for a line. */
  sealed interface Step {}

  /** Selects, or deselects, a line that matches; with f, selects what has not been acted upon. */
  record Select(Kind kind, Pattern pattern) implements Step {
    enum Kind {
      SELECT,
      DESELECT,
      REST
    }
  }

  /** What is put before a line. */
  record Stamps(boolean tai, boolean iso, Bytes prefix) {}

  /** To stdout. */
  record ToStdout(Stamps stamps) implements Step {}

  /** To stderr, cut to so many bytes; 0 for all. */
  record ToStderr(Stamps stamps, int bytes) implements Step {}

  /** To a file that holds the last line only, padded to so many bytes. */
  record ToStatusFile(Stamps stamps, Bytes path, int bytes) implements Step {}

  /** To a log directory. */
  record ToDirectory(Stamps stamps, Bytes path, Rotation rotation) implements Step {}

  /**
   * When a log directory is rotated, and what is kept.
   *
   * @param files archived files, at most
   * @param size bytes of the current file
   * @param tolerance bytes before that size
   * @param total bytes of archived files, at most; 0 for any
   * @param retryMs how long a failed operation waits to be tried again
   * @param everySeconds the age of a file; 0 for any
   */
  record Rotation(
      long files, long size, long tolerance, long total, long retryMs, long everySeconds) {
    static final Rotation DEFAULT = new Rotation(10, 99_999, 2000, 0, 2000, 0);

    /** This with the value of one control directive. */
    Rotation with(char letter, long value) {
      return new Rotation(
          letter == 'n' ? value : files,
          letter == 's' ? Math.clamp(value, 4096, 268_435_455) : size,
          letter == 'l' ? value : tolerance,
          letter == 'S' ? value : total,
          letter == 'r' ? value : retryMs,
          letter == 'R' ? value : everySeconds);
    }
  }

  /** The settings while directives are read. */
  private static final class Reader {
    private final List<Step> steps = new ArrayList<>();
    private Rotation rotation = Rotation.DEFAULT;
    private int alertBytes = ALERT_BYTES;
    private int statusBytes = STATUS_BYTES;
    private Bytes prefix = Bytes.EMPTY;
    private boolean tai;
    private boolean iso;
    private boolean acts;

    private Stamps stamps() {
      Stamps stamps = new Stamps(tai, iso, prefix);
      tai = false;
      iso = false;
      acts = true;
      return stamps;
    }
  }

  /**
   * Reads directives.
   *
   * @throws CommandException with code 100 when one is not understood
   */
  static LogScript parse(List<Bytes> directives) throws CommandException {
    Reader reader = new Reader();
    for (Bytes directive : directives) {
      if (directive.isEmpty()) {
        throw syntax(directive);
      }
      read(reader, directive);
    }
    if (!reader.acts) {
      throw CommandException.fatal(CommandException.USAGE, "no action directive specified");
    }
    return new LogScript(List.copyOf(reader.steps));
  }

  private static void read(Reader to, Bytes directive) throws CommandException {
    Bytes rest = directive.from(1);
    char letter = (char) (directive.at(0) & 255);
    switch (letter) {
      case '+' -> to.steps.add(new Select(Select.Kind.SELECT, pattern(rest)));
      case '-' -> to.steps.add(new Select(Select.Kind.DESELECT, pattern(rest)));
      case 'f' -> {
        alone(directive);
        to.steps.add(new Select(Select.Kind.REST, null));
      }
      case 'n', 's', 'S', 'r', 'R' -> to.rotation = to.rotation.with(letter, number(directive));
      case 'l' -> {
        to.rotation = to.rotation.with(letter, number(directive));
        if (to.rotation.tolerance() > to.rotation.size() / 2) {
          throw syntax(directive);
        }
      }
      case 'E' -> to.alertBytes = (int) number(directive);
      case '^' -> to.statusBytes = (int) number(directive);
      case 'p' -> to.prefix = rest.isEmpty() ? rest : rest.plus(" ");
      case 't' -> to.tai = alone(directive);
      case 'T' -> to.iso = alone(directive);
      case '1' -> {
        alone(directive);
        to.steps.add(new ToStdout(to.stamps()));
      }
      case '2', 'e' -> {
        alone(directive);
        to.steps.add(new ToStderr(to.stamps(), to.alertBytes));
      }
      case '=' -> to.steps.add(new ToStatusFile(to.stamps(), rest, to.statusBytes));
      case '/', '.' -> to.steps.add(new ToDirectory(to.stamps(), directive, to.rotation));
      case '!', '?' ->
          throw CommandException.fatal(
              CommandException.USAGE,
              "directive " + directive + ": this version has no processors; remove it");
      default ->
          throw CommandException.fatal(
              CommandException.USAGE, "unrecognized directive: " + directive);
    }
  }

  private static long number(Bytes directive) throws CommandException {
    long value = 0;
    for (int i = 1; i < directive.length(); i++) {
      int digit = directive.at(i) - '0';
      if (digit < 0 || digit > 9 || i > 9) {
        throw syntax(directive);
      }
      value = value * 10 + digit;
    }
    if (directive.length() == 1) {
      throw syntax(directive);
    }
    return value;
  }

  private static boolean alone(Bytes directive) throws CommandException {
    if (directive.length() > 1) {
      throw syntax(directive);
    }
    return true;
  }

  private static CommandException syntax(Bytes directive) {
    return CommandException.fatal(
        CommandException.USAGE, "syntax error at directive: " + directive);
  }

  /** A POSIX extended expression, a character a byte; its classes are written as Java's. */
  private static Pattern pattern(Bytes expression) throws CommandException {
    String text = expression.latin1().replace("[:xdigit:]", "\\p{XDigit}");
    for (String name :
        new String[] {
          "Alpha", "Digit", "Alnum", "Upper", "Lower", "Space", "Punct", "Print", "Cntrl", "Graph",
          "Blank"
        }) {
      text =
          text.replace("[:" + name.toLowerCase(java.util.Locale.ROOT) + ":]", "\\p{" + name + "}");
    }
    try {
      return Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw CommandException.fatal(
          CommandException.USAGE,
          "syntax error at directive: " + expression + ": " + e.getDescription());
    }
  }
}
