package s6j.commands.deaths;

import java.util.BitSet;
import s6j.chain.CommandException;
import s6j.commands.deaths.DeathTally.Death;
import s6j.posix.Bytes;
import s6j.posix.Signal;

/**
 * The deaths that s6-permafailon counts: exit codes, ranges of them, and signals, with commas,
 * semicolons or blanks between.
 */
final class DeathSet {
  private static final int CODE_MAX = 255;

  private final BitSet codes = new BitSet();
  private final BitSet signals = new BitSet();

  private DeathSet() {}

  static DeathSet parse(Bytes list) throws CommandException {
    DeathSet set = new DeathSet();
    String text = list.latin1();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && ",; \t\n".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      set.add(text.substring(at, end));
      at = end;
      while (at < text.length() && ",; \t\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
    return set;
  }

  boolean contains(Death death) {
    return signals.get(death.signal()) || codes.get(death.exitCode());
  }

  private void add(String item) throws CommandException {
    if (item.isEmpty() || item.charAt(0) < '0' || item.charAt(0) > '9') {
      addSignal(item);
      return;
    }
    int dash = item.indexOf('-');
    if (dash < 0) {
      codes.set(code(item, "invalid status list specification"));
      return;
    }
    int low = code(item.substring(0, dash), "invalid status list specification");
    int high = code(item.substring(dash + 1), "invalid interval specification");
    if (high < low) {
      throw invalid("invalid interval", item);
    }
    codes.set(low, high + 1);
  }

  private void addSignal(String item) throws CommandException {
    boolean prefixed = item.regionMatches(true, 0, "SIG", 0, 3);
    int signal = item.isEmpty() ? -1 : Signal.parse(prefixed ? item.substring(3) : item);
    if (signal <= 0) {
      throw invalid("invalid status list specification", item);
    }
    signals.set(signal);
  }

  private static int code(String word, String otherwise) throws CommandException {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) < '0' || word.charAt(i) > '9') {
        throw invalid(otherwise, word);
      }
    }
    if (word.isEmpty()) {
      throw invalid(otherwise, word);
    }
    if (word.length() > 3 || Integer.parseInt(word) > CODE_MAX) {
      throw invalid("invalid exit code", word);
    }
    return Integer.parseInt(word);
  }

  private static CommandException invalid(String what, String word) {
    return CommandException.fatal(
        CommandException.USAGE,
        what + ": \"" + word + "\"; expected codes 0 to 255, ranges such as 1-5, signals");
  }
}
