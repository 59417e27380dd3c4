package s6j.commands.portable.text;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;
import s6j.expressions.regex.Ere;
import s6j.expressions.regex.EreException;
import s6j.posix.Bytes;

/** {@code s6-grep}: the lines of stdin in which something is found; exits 1 when there is none. */
final class S6Grep extends PortableCommand {
  S6Grep() {
    super("s6-grep", "[ -E | -F ] [ -c ] [ -i ] [ -n ] [ -q ] [ -v ] pattern");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "EFcinqv");
    LineMatcher matcher = matcher(options, argument(call, options.end()));
    boolean wanted = !options.has('v');
    boolean print = !options.has('q') && !options.has('c');
    boolean numbers = options.has('n');
    Transfer out = new Transfer(call.posix());
    long selected = 0;
    try (Lines lines = Lines.ofStdin(out)) {
      for (long number = 1; lines.next(); number++) {
        if (matcher.matches(lines.buffer(), lines.start(), lines.end()) != wanted) {
          continue;
        }
        selected++;
        if (print) {
          if (numbers) {
            out.put(Bytes.of(number + ":"));
          }
          out.put(lines.buffer(), lines.start(), lines.end());
          out.put('\n');
        }
      }
    }
    if (options.has('c') && !options.has('q')) {
      out.put(Bytes.of(selected + "\n"));
    }
    out.flush();
    return Next.exit(selected > 0 ? 0 : 1);
  }

  private static LineMatcher matcher(Options options, Bytes pattern) throws CommandException {
    boolean fixed = false;
    Ere.Syntax syntax = Ere.Syntax.BASIC;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'E' -> {
          fixed = false;
          syntax = Ere.Syntax.EXTENDED;
        }
        case 'F' -> fixed = true;
        default -> {}
      }
    }
    if (fixed) {
      return LineMatcher.of(pattern, options.has('i'));
    }
    try {
      return LineMatcher.of(Ere.compile(pattern, syntax, options.has('i')));
    } catch (EreException e) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to compile " + pattern + ": " + e.getMessage());
    }
  }
}
