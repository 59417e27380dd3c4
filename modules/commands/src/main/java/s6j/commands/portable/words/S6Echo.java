package s6j.commands.portable.words;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;

/** {@code s6-echo}: its arguments, as they are. */
final class S6Echo extends PortableCommand {
  S6Echo() {
    super("s6-echo", "[ -n ] [ -s sep ] args...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "ns:");
    Bytes separators = options.argument('s');
    int separator = separators == null ? ' ' : separators.isEmpty() ? 0 : separators.at(0);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int i = options.end(); i < call.arguments().size(); i++) {
      if (i > options.end()) {
        line.write(separator);
      }
      line.writeBytes(call.arguments().get(i).toArray());
    }
    if (!options.has('n')) {
      line.write('\n');
    }
    return call.printAndExit(Bytes.of(line.toByteArray()), 0);
  }
}
