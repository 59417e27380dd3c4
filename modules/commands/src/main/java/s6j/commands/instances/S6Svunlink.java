package s6j.commands.instances;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-svunlink}: removes the link to a service directory from a scan directory, and waits
 * until its supervisor has ended; a supervisor that takes longer than the timeout is left behind.
 */
final class S6Svunlink implements Command {
  private static final String USAGE = "s6-svunlink [ -X ] [ -t timeout ] scandir servicename";

  @Override
  public String name() {
    return "s6-svunlink";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Xt:", USAGE);
    long timeout = options.number('t', 0, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes scandir = Names.notEmpty(call.arguments().get(at), "scandir");
    Bytes name = Names.checked(call.arguments().get(at + 1), "service name");
    try {
      new ServiceLink(call.posix(), scandir, name).remove(!options.has('X'), timeout);
    } catch (PosixException e) {
      throw CommandException.unable(
          "prepare unlinking of service " + name + " in scandir " + scandir, e);
    }
    return Next.exit(0);
  }
}
