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
    Quoting quoting = new Quoting(delimiter == null ? '"' : delimiter.at(0), !options.has('u'));
    Transfer out = new Transfer(call.posix());
    Lines lines = Lines.ofStdin(out);
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    while (lines.next()) {
      quoting.quote(lines.buffer(), lines.start(), lines.end(), quoted);
      quoted.write('\n');
      out.put(quoted.toByteArray(), 0, quoted.size());
      quoted.reset();
    }
    out.flush();
    return Next.exit(0);
  }
}
