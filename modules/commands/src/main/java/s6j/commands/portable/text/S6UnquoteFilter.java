package s6j.commands.portable.text;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.QuotingException;
import s6j.commands.portable.Unquoting;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;

/**
 * {@code s6-unquote-filter}: the lines of stdin without their quotes. A line that is not quoted is
 * passed on as it is, and complained of as loudly as was asked for.
 */
final class S6UnquoteFilter extends PortableCommand {
  /** What is done about a line that is not quoted. */
  private enum Strictness {
    SILENT,
    WARN,
    EXPLAIN,
    DIE
  }

  S6UnquoteFilter() {
    super("s6-unquote-filter", "[ -q | -Q | -v | -w ] [ -d delim ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "qQvwd:");
    Strictness strictness = strictness(options);
    Unquoting unquoting = new Unquoting(options.argument('d'));
    Transfer out = new Transfer(call.posix());
    try (Lines lines = Lines.ofStdin(out)) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      for (long number = 1; lines.next(); number++) {
        try {
          unquoting.unquote(lines.buffer(), lines.start(), lines.end(), plain);
          out.put(plain.toByteArray(), 0, plain.size());
        } catch (QuotingException e) {
          complain(call, out, strictness, number, e);
          out.put(lines.buffer(), lines.start(), lines.end());
        }
        out.put('\n');
        plain.reset();
      }
    }
    out.flush();
    return Next.exit(0);
  }

  private static Strictness strictness(Options options) {
    Strictness strictness = Strictness.WARN;
    for (Options.Option option : options.list()) {
      strictness =
          switch (option.letter()) {
            case 'q' -> Strictness.SILENT;
            case 'Q' -> Strictness.WARN;
            case 'v' -> Strictness.EXPLAIN;
            case 'w' -> Strictness.DIE;
            default -> strictness;
          };
    }
    return strictness;
  }

  private static void complain(
      Invocation call, Transfer out, Strictness strictness, long line, QuotingException reason)
      throws CommandException {
    String message = "unable to unquote line " + line;
    switch (strictness) {
      case SILENT -> {}
      case WARN -> call.warn(message);
      case EXPLAIN -> call.warn(message + ": " + reason.getMessage());
      case DIE -> {
        out.flush();
        throw CommandException.fatal(CommandException.USAGE, message + ": " + reason.getMessage());
      }
    }
  }
}
