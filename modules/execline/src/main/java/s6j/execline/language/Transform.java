package s6j.execline.language;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * What happens to a value before it is substituted: first crunching (a run of delimiters becomes
 * its first one), then chomping (a delimiter at the end goes), then splitting.
 *
 * @param crunch whether runs of delimiters are crunched
 * @param chomp whether the last delimiter is chomped; a piece after the last delimiter is then no
 *     word
 * @param split whether the value becomes a list of words
 * @param delimiters the bytes that end a word; when there are none, a value that is split is a
 *     sequence of netstrings
 */
public record Transform(boolean crunch, boolean chomp, boolean split, Bytes delimiters) {
  /** The letters of the options, for {@link Options#parse}. */
  public static final String LETTERS = "NnsCcd:";

  private static final Bytes BLANKS = Bytes.of(" \n\r\t");

  /** The transformation that these options ask for; of a letter and its opposite the last wins. */
  public static Transform of(Options options, boolean alwaysSplit) {
    boolean crunch = false;
    boolean chomp = false;
    boolean split = alwaysSplit;
    Bytes delimiters = BLANKS;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'C' -> crunch = true;
        case 'c' -> crunch = false;
        case 'n' -> chomp = true;
        case 'N' -> chomp = false;
        case 's' -> split = true;
        case 'd' -> delimiters = option.argument();
        default -> {}
      }
    }
    return new Transform(crunch, chomp, split, delimiters);
  }

  /**
   * The words that a value becomes.
   *
   * @throws CommandException when it should be a sequence of netstrings and is none
   */
  public List<Bytes> apply(Bytes value) throws CommandException {
    Bytes crunched = crunch ? crunched(value) : value;
    boolean hadDelimiter =
        chomp && !crunched.isEmpty() && delimiters.contains(crunched.at(crunched.length() - 1));
    Bytes chomped = hadDelimiter ? crunched.slice(0, crunched.length() - 1) : crunched;
    if (!split) {
      return List.of(chomped);
    }
    if (delimiters.isEmpty()) {
      return netstrings(chomped);
    }
    return pieces(chomped, hadDelimiter || !chomp);
  }

  private Bytes crunched(Bytes value) {
    ByteBuilder result = new ByteBuilder();
    boolean before = false;
    for (int i = 0; i < value.length(); i++) {
      boolean delimiter = delimiters.contains(value.at(i));
      if (!delimiter || !before) {
        result.add(value.at(i));
      }
      before = delimiter;
    }
    return result.build();
  }

  private List<Bytes> pieces(Bytes value, boolean withUnterminated) {
    List<Bytes> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      if (delimiters.contains(value.at(i))) {
        pieces.add(value.slice(start, i));
        start = i + 1;
      }
    }
    if (withUnterminated && start < value.length()) {
      pieces.add(value.from(start));
    }
    return pieces;
  }

  private static List<Bytes> netstrings(Bytes value) throws CommandException {
    List<Bytes> strings = new ArrayList<>();
    int at = 0;
    while (at < value.length()) {
      int colon = value.indexOf(':', at);
      long length = colon < 0 ? -1 : Options.unsigned(value.slice(at, colon));
      long end = colon + 1 + length;
      if (length < 0 || end >= value.length() || value.at((int) end) != ',') {
        throw CommandException.fatal(
            CommandException.SYSTEM,
            "invalid netstring at byte " + at + " of the value, expected LENGTH:CONTENT,");
      }
      strings.add(value.slice(colon + 1, (int) end));
      at = (int) end + 1;
    }
    return strings;
  }
}
