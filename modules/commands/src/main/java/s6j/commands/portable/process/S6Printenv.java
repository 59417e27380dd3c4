package s6j.commands.portable.process;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/** {@code s6-printenv}: the environment, in lines, or as netstrings. */
final class S6Printenv extends PortableCommand {
  S6Printenv() {
    super("s6-printenv", "[ -n ] [ -0 | -d delim ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n0d:");
    Bytes delimiter = Bytes.of("\n");
    for (Options.Option option : options.list()) {
      if (option.letter() == '0') {
        delimiter = Bytes.of(new byte[1]);
      } else if (option.letter() == 'd') {
        delimiter = option.argument();
      }
    }
    Transfer out = new Transfer(call.posix());
    if (delimiter.isEmpty()) {
      putNetstrings(out, call.environment().entries());
    } else {
      putDelimited(out, call.environment().entries(), delimiter.at(0), !options.has('n'));
    }
    out.flush();
    return Next.exit(0);
  }

  private static void putNetstrings(Transfer out, List<Bytes> entries) throws CommandException {
    for (Bytes entry : entries) {
      out.put(Bytes.of(entry.length() + ":"));
      out.put(entry);
      out.put(',');
    }
  }

  private static void putDelimited(
      Transfer out, List<Bytes> entries, int delimiter, boolean afterLast) throws CommandException {
    for (int i = 0; i < entries.size(); i++) {
      out.put(entries.get(i));
      if (afterLast || i + 1 < entries.size()) {
        out.put(delimiter);
      }
    }
  }
}
