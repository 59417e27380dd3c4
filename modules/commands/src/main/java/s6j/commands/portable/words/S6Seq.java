package s6j.commands.portable.words;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/** {@code s6-seq}: numbers from one to another, each with a separator after it. */
final class S6Seq extends PortableCommand {
  S6Seq() {
    super("s6-seq", "[ -w ] [ -s sep ] [ first [ increment ] ] last");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "ws:");
    int words = call.arguments().size() - options.end();
    if (words < 1 || words > 3) {
      throw usage();
    }
    long last = unsigned(argument(call, options.end() + words - 1));
    long first = words > 1 ? unsigned(argument(call, options.end())) : 1;
    long increment = words > 2 ? unsigned(argument(call, options.end() + 1)) : 1;
    if (increment == 0) {
      throw CommandException.fatal(CommandException.USAGE, "increment must not be 0");
    }
    Bytes given = options.argument('s');
    byte[] separator =
        given == null ? new byte[] {'\n'} : given.isEmpty() ? new byte[1] : given.toArray();
    int width = options.has('w') ? Math.max(digits(first), digits(last)) : 1;
    Transfer out = new Transfer(call.posix());
    for (long i = first; i <= last; i += increment) {
      putPadded(out, i, width);
      out.put(separator, 0, separator.length);
    }
    out.flush();
    return Next.exit(0);
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number; rest > 9; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static void putPadded(Transfer out, long number, int width) throws CommandException {
    byte[] text = new byte[Math.max(width, digits(number))];
    long rest = number;
    for (int i = text.length - 1; i >= 0; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    out.put(text, 0, text.length);
  }
}
