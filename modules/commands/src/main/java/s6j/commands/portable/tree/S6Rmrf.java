package s6j.commands.portable.tree;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-rmrf}: removes files and whole directories; what is not there is gone already. */
final class S6Rmrf extends PortableCommand {
  S6Rmrf() {
    super("s6-rmrf", "path...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    argument(call, first);
    TreeRemover remover = new TreeRemover(call.posix());
    for (Bytes path : call.arguments().subList(first, call.arguments().size())) {
      try {
        remover.remove(path);
      } catch (PosixException e) {
        throw CommandException.unable("remove " + path, e);
      }
    }
    return Next.exit(0);
  }
}
