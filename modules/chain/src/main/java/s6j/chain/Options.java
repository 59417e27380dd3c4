package s6j.chain;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * The options at the start of a command line, as skarnet's getopt reads them: options end at the
 * first word that is none, a lone {@code -} included, or after {@code --}; letters may be
 * clustered; an argument may be attached.
 */
public final class Options {
  /**
   * One option as it was given.
   *
   * @param letter which
   * @param argument its argument, or null for a letter that takes none
   */
  public record Option(char letter, Bytes argument) {}

  private final List<Option> options;
  private final int end;

  private Options(List<Option> options, int end) {
    this.options = options;
    this.end = end;
  }

  /**
   * Reads options.
   *
   * @param letters those that there are, each followed by {@code :} when it takes an argument, as
   *     for getopt
   * @param synopsis what is said on wrong usage
   * @throws CommandException on an unknown letter or a missing argument
   */
  public static Options parse(List<Bytes> words, String letters, String synopsis)
      throws CommandException {
    List<Option> options = new ArrayList<>();
    int i = 0;
    while (i < words.size() && words.get(i).length() > 1 && words.get(i).at(0) == '-') {
      Bytes word = words.get(i++);
      if (word.length() == 2 && word.at(1) == '-') {
        break;
      }
      for (int k = 1; k < word.length(); k++) {
        char letter = (char) (word.at(k) & 255);
        int known = letter == ':' ? -1 : letters.indexOf(letter);
        if (known < 0) {
          throw CommandException.usage(synopsis, letters);
        }
        boolean takesArgument = known + 1 < letters.length() && letters.charAt(known + 1) == ':';
        if (!takesArgument) {
          options.add(new Option(letter, null));
        } else if (k + 1 < word.length()) {
          options.add(new Option(letter, word.from(k + 1)));
          break;
        } else if (i < words.size()) {
          options.add(new Option(letter, words.get(i++)));
        } else {
          throw CommandException.usage(synopsis, letters);
        }
      }
    }
    return new Options(options, i);
  }

  /** The options, in the order they were given. */
  public List<Option> list() {
    return options;
  }

  /** The index of the first word that is no option. */
  public int end() {
    return end;
  }

  public boolean has(char letter) {
    for (Option option : options) {
      if (option.letter() == letter) {
        return true;
      }
    }
    return false;
  }

  /** The argument of the last option with this letter, or null. */
  public Bytes argument(char letter) {
    Bytes last = null;
    for (Option option : options) {
      if (option.letter() == letter) {
        last = option.argument();
      }
    }
    return last;
  }

  /**
   * The number that an option is given: of several the last, but none may be anything else.
   *
   * @param otherwise the number when the option is not given
   * @param synopsis what is said on wrong usage
   * @throws CommandException when a word is no unsigned number
   */
  public long number(char letter, long otherwise, String synopsis) throws CommandException {
    long number = otherwise;
    for (Option option : options) {
      if (option.letter() == letter) {
        number = unsigned(option.argument());
        if (number < 0) {
          throw CommandException.usage(synopsis);
        }
      }
    }
    return number;
  }

  /**
   * An unsigned decimal number, all digits, below 2^32.
   *
   * @return the number, or -1 when the word is none
   */
  public static long unsigned(Bytes word) {
    if (word.isEmpty() || word.length() > 10) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value > 0xffffffffL ? -1 : value;
  }
}
