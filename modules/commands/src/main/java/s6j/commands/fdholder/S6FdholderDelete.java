package s6j.commands.fdholder;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-fdholder-delete}: has a descriptor holder close what it keeps under a name. */
final class S6FdholderDelete implements Command {
  private static final String USAGE = "s6-fdholder-delete [ -t timeout ] socket id";

  @Override
  public String name() {
    return "s6-fdholder-delete";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 2, USAGE);
    Bytes path = call.arguments().get(options.end());
    Bytes id = call.arguments().get(options.end() + 1);
    String what = "delete fd for id " + id;
    HolderClient client = HolderClient.connect(call, path, deadline);
    try {
      client.delete(HolderCommand.checked(id, what));
      return Next.exit(0);
    } catch (PosixException e) {
      throw HolderCommand.denied(what, e);
    }
  }
}
