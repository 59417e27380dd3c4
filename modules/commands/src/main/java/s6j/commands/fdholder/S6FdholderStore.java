package s6j.commands.fdholder;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.supervise.Tai;

/** {@code s6-fdholder-store}: has a descriptor holder keep a descriptor, under a name. */
final class S6FdholderStore implements Command {
  private static final String USAGE =
      "s6-fdholder-store [ -d fd ] [ -t timeout ] [ -T fdtimeout ] socket id";

  @Override
  public String name() {
    return "s6-fdholder-store";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "d:t:T:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 2, USAGE);
    Bytes path = call.arguments().get(options.end());
    Bytes id = call.arguments().get(options.end() + 1);
    Tai limit = HeldFd.limitIn(options.number('T', 0, USAGE));
    int fd = (int) options.number('d', 0, USAGE);
    HolderClient client = HolderClient.connect(call, path, deadline);
    try {
      client.store(new HeldFd(HolderCommand.checked(id, "store fd"), limit, fd));
      return Next.exit(0);
    } catch (PosixException e) {
      throw HolderCommand.denied("store fd", e);
    }
  }
}
