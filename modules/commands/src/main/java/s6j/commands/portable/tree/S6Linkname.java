package s6j.commands.portable.tree;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-linkname}: what a symbolic link says; with -f, the path without any link in it. */
final class S6Linkname extends PortableCommand {
  S6Linkname() {
    super("s6-linkname", "[ -n ] [ -f ] path");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nf");
    Bytes path = argument(call, options.end());
    Bytes name;
    try {
      name = options.has('f') ? RealPath.of(call.posix(), path) : call.files().readLink(path);
    } catch (PosixException e) {
      throw CommandException.unable("resolve " + path, e);
    }
    return call.printAndExit(options.has('n') ? name : name.plus("\n"), 0);
  }
}
