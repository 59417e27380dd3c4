package s6j.commands.notification;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-mkfifodir [-f] [-g gid] fifodir}: makes a fifodir, public or for a group. */
final class S6Mkfifodir implements Command {
  private static final String USAGE = "s6-mkfifodir [ -f ] [ -g gid ] fifodir";

  @Override
  public String name() {
    return "s6-mkfifodir";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "fg:", USAGE);
    long group = options.number('g', -1, USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Bytes fifodir = call.arguments().get(options.end());
    try {
      FifodirFiles.make(call.posix(), fifodir, group, options.has('f'));
    } catch (PosixException e) {
      throw CommandException.unable("create fifodir at " + fifodir, e);
    }
    return Next.exit(0);
  }
}
