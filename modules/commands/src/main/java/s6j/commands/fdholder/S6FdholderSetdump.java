package s6j.commands.fdholder;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-fdholder-setdump}: has a descriptor holder keep all that the environment tells of, as
 * s6-fdholder-getdump has set it.
 */
final class S6FdholderSetdump implements Command {
  private static final String USAGE = "s6-fdholder-setdump [ -t timeout ] socket";

  @Override
  public String name() {
    return "s6-fdholder-setdump";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 1, USAGE);
    Bytes path = call.arguments().get(options.end());
    List<HeldFd> all = HolderCommand.imported(call.environment());
    HolderClient client = HolderClient.connect(call, path, deadline);
    try {
      client.setDump(all);
      return Next.exit(0);
    } catch (PosixException e) {
      throw HolderCommand.denied("set dump", e);
    }
  }
}
