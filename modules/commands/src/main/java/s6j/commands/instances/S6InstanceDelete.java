package s6j.commands.instances;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-instance-delete}: ends an instance of a service, and removes its directory. */
final class S6InstanceDelete implements Command {
  private static final String USAGE =
      "s6-instance-delete [ -X ] [ -t timeout ] service instancename";

  @Override
  public String name() {
    return "s6-instance-delete";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Xt:", USAGE);
    long timeout = options.number('t', 0, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes directory = call.arguments().get(at);
    InstancedService service = new InstancedService(directory);
    Bytes name = Names.checked(call.arguments().get(at + 1), "instance name");
    service.checkRunning(call);
    String what = "prepare deletion of instance " + name + " of service " + directory;
    try {
      ServiceLink link = new ServiceLink(call.posix(), service.scandir(), name);
      if (!link.remove(!options.has('X'), timeout)) {
        // What runs still needs its directory.
        throw S6Svlink.timedOut(what);
      }
      call.files().removeTree(service.instances().slash(name));
    } catch (PosixException e) {
      throw CommandException.unable(what, e);
    }
    return Next.exit(0);
  }
}
