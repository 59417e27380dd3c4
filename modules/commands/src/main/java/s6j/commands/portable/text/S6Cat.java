package s6j.commands.portable.text;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.stream.Copy;
import s6j.commands.portable.stream.Descriptor;

/** {@code s6-cat}: copies stdin to stdout; arguments do not matter to it. */
final class S6Cat implements Command {
  @Override
  public String name() {
    return "s6-cat";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Copy.all(call.posix(), Descriptor.STDIN, Descriptor.STDOUT);
    return Next.exit(0);
  }
}
