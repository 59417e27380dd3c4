package s6j.commands.portable.words;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.QuotingException;
import s6j.commands.portable.Unquoting;
import s6j.posix.Bytes;

/** {@code s6-unquote}: a string without its quotes, the reverse of {@code s6-quote}. */
final class S6Unquote extends PortableCommand {
  S6Unquote() {
    super("s6-unquote", "[ -n ] [ -d delim ] string");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nd:");
    byte[] string = argument(call, options.end()).toArray();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try {
      new Unquoting(options.argument('d')).unquote(string, 0, string.length, plain);
    } catch (QuotingException e) {
      throw CommandException.fatal(
          CommandException.USAGE, "unable to unquote string: " + e.getMessage());
    }
    if (!options.has('n')) {
      plain.write('\n');
    }
    return call.printAndExit(Bytes.of(plain.toByteArray()), 0);
  }
}
