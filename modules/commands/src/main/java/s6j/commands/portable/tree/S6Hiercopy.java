package s6j.commands.portable.tree;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-hiercopy}: copies a tree, into one that may be there already. Fails only when what was
 * named cannot be copied; of what is within it, what cannot be is told.
 */
final class S6Hiercopy extends PortableCommand {
  S6Hiercopy() {
    super("s6-hiercopy", "source destination");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    Bytes from = argument(call, first);
    Bytes to = argument(call, first + 1);
    try {
      new TreeCopier(call).copy(from, to);
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("copy hierarchy from " + from + " to " + to, e);
    }
  }
}
