package s6j.commands.instances;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-instance-list service}: the names of its instances, a line each, in order. */
final class S6InstanceList implements Command {
  private static final String USAGE = "s6-instance-list service";

  @Override
  public String name() {
    return "s6-instance-list";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "", USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    InstancedService service = new InstancedService(call.arguments().get(options.end()));
    service.checkRunning(call);
    Bytes text = Bytes.EMPTY;
    try {
      for (Bytes name : call.files().list(service.scandir())) {
        if (name.at(0) != '.') {
          text = text.plus(name).plus("\n");
        }
      }
    } catch (PosixException e) {
      throw CommandException.unable("list " + service.scandir(), e);
    }
    return call.printAndExit(text, 0);
  }
}
