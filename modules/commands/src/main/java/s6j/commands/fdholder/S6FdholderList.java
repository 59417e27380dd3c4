package s6j.commands.fdholder;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-fdholder-list}: prints the names of what a descriptor holder keeps, one a line. */
final class S6FdholderList implements Command {
  private static final String USAGE = "s6-fdholder-list [ -t timeout ] socket";

  @Override
  public String name() {
    return "s6-fdholder-list";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 1, USAGE);
    Bytes path = call.arguments().get(options.end());
    HolderClient client = HolderClient.connect(call, path, deadline);
    try {
      Bytes lines = Bytes.EMPTY;
      for (Bytes id : client.list()) {
        lines = lines.plus(id).plus("\n");
      }
      return call.printAndExit(lines, 0);
    } catch (PosixException e) {
      throw HolderCommand.denied("get fd list", e);
    }
  }
}
