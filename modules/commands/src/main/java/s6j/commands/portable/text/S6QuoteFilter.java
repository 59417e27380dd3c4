package s6j.commands.portable.text;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.Quoting;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/** {@code s6-quote-filter}: the lines of stdin, each in quotes. */
final class S6QuoteFilter extends PortableCommand {
  private static final int PIECE = 4096;

  S6QuoteFilter() {
    super("s6-quote-filter", "[ -u ] [ -d delim ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "ud:");
    Bytes delimiter = options.argument('d');
    if (delimiter != null && delimiter.isEmpty()) {
      throw usage();
    }
    int quote = delimiter == null ? '"' : delimiter.at(0);
    Quoting quoting = new Quoting(quote, false);
    Transfer out = new Transfer(call.posix());
    try (Lines lines = Lines.ofStdin(out)) {
      while (lines.next()) {
        if (!options.has('u')) {
          out.put(quote);
        }
        putQuoted(quoting, lines, out);
        if (!options.has('u')) {
          out.put(quote);
        }
        out.put('\n');
      }
    }
    out.flush();
    return Next.exit(0);
  }

  /** A piece at a time: quoted, a line may be five times as long. */
  private static void putQuoted(Quoting quoting, Lines lines, Transfer out)
      throws CommandException {
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    for (int at = lines.start(); at < lines.end(); at += PIECE) {
      quoting.quote(lines.buffer(), at, Math.min(lines.end(), at + PIECE), quoted);
      out.put(quoted.toByteArray(), 0, quoted.size());
      quoted.reset();
    }
  }
}
