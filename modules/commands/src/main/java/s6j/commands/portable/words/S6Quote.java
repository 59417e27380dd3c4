package s6j.commands.portable.words;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.Quoting;
import s6j.posix.Bytes;

/** {@code s6-quote}: a string in quotes, as execlineb reads it. */
final class S6Quote extends PortableCommand {
  S6Quote() {
    super("s6-quote", "[ -n ] [ -u ] [ -d delim ] string");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nud:");
    byte[] string = argument(call, options.end()).toArray();
    Bytes delimiter = options.argument('d');
    if (delimiter != null && delimiter.isEmpty()) {
      throw usage();
    }
    Quoting quoting = new Quoting(delimiter == null ? '"' : delimiter.at(0), !options.has('u'));
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    quoting.quote(string, 0, string.length, quoted);
    if (!options.has('n')) {
      quoted.write('\n');
    }
    return call.printAndExit(Bytes.of(quoted.toByteArray()), 0);
  }
}
