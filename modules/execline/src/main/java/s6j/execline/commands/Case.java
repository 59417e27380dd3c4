package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.language.PosixRegex;
import s6j.execline.language.Wildcard;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * {@code case [-s | -S] [-e | -E] [-n | -N] [-i] value { pattern { prog } ... } default}: goes on
 * as the program of the first pattern that matches the whole value. Patterns are extended regular
 * expressions, basic ones with {@code -e}, those of the shell with {@code -s}. {@code -N} exports
 * {@code #}, {@code 0} (the expression) and what its groups matched.
 */
final class Case extends PureCommand {
  Case() {
    super(
        "case",
        "[ -s | -S ] [ -e | -E ] [ -n | -N ] [ -i ] value { re1 { prog1... } re2 { prog2... } ... }"
            + " progdefault...");
  }

  /** How patterns are read. */
  private record Manner(boolean shell, boolean extended, boolean export, boolean ignoreCase) {
    static Manner of(Options options) {
      boolean shell = false;
      boolean extended = true;
      boolean export = false;
      for (Options.Option option : options.list()) {
        switch (option.letter()) {
          case 's' -> shell = true;
          case 'S' -> shell = false;
          case 'e' -> extended = false;
          case 'E' -> extended = true;
          case 'n' -> export = false;
          case 'N' -> export = true;
          default -> {}
        }
      }
      return new Manner(shell, extended, export, options.has('i'));
    }

    /** What the groups matched; null when the pattern does not match. */
    Bytes[] match(Bytes pattern, Bytes value) throws CommandException {
      if (shell) {
        return new Wildcard(pattern, true).matches(value) ? new Bytes[0] : null;
      }
      try {
        return PosixRegex.compile(pattern, extended, ignoreCase, true).match(value);
      } catch (IllegalArgumentException e) {
        throw CommandException.fatal(
            CommandException.USAGE, "unable to compile \"" + pattern + "\": " + e.getMessage());
      }
    }
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "sSeEnNi");
    Manner manner = Manner.of(options);
    Bytes value = argument(call, options.end());
    argument(call, options.end() + 1);
    BlockReader blocks = new BlockReader(call, options.end() + 1);
    List<Bytes> table = blocks.next("unterminated case block");
    BlockReader entries;
    for (int at = 0; at < table.size(); at = entries.at()) {
      Bytes pattern = table.get(at);
      entries = new BlockReader(call, table, at + 1);
      List<Bytes> program = entries.next("malformed case block");
      Bytes[] groups = manner.match(pattern, value);
      if (groups != null) {
        return orDone(call, program, environment(call, manner, pattern, groups));
      }
    }
    return orDone(call, blocks.rest(), call.environment());
  }

  private static Environment environment(
      Invocation call, Manner manner, Bytes pattern, Bytes[] groups) {
    if (!manner.export || manner.shell) {
      return call.environment();
    }
    List<Bytes> entries = new ArrayList<>();
    entries.add(Bytes.of("#=").plus(Numbers.word(groups.length)));
    entries.add(Bytes.of("0=").plus(pattern));
    for (int i = 0; i < groups.length; i++) {
      entries.add(Numbers.word(i + 1).plus("=").plus(groups[i]));
    }
    return call.environment().withAll(Environment.ofEntries(entries));
  }
}
