package s6j.commands.portable.words;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;

/** {@code s6-dirname}: a path without its last component. */
final class S6Dirname extends PortableCommand {
  S6Dirname() {
    super("s6-dirname", "[ -n ] path");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n");
    Bytes directory = Paths.directory(argument(call, options.end()));
    return call.printAndExit(options.has('n') ? directory : directory.plus("\n"), 0);
  }
}
