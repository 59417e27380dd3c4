package s6j.commands.fdholder;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/**
 * {@code s6-fdholder-getdump}: runs a program that has all that a holder keeps, as {@code S6_FD#},
 * {@code S6_FD_i}, {@code S6_FDID_i} and {@code S6_FDLIMIT_i} tell it.
 */
final class S6FdholderGetdump implements Command {
  private static final String USAGE = "s6-fdholder-getdump [ -t timeout ] socket prog...";

  @Override
  public String name() {
    return "s6-fdholder-getdump";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 2, USAGE);
    Bytes path = call.arguments().get(options.end());
    HolderClient client = HolderClient.connect(call, path, deadline);
    Environment environment;
    try {
      environment = HolderCommand.exported(call, client.dump());
      client.close();
    } catch (PosixException e) {
      throw HolderCommand.denied("get dump", e);
    }
    return call.exec(options.end() + 1, environment);
  }
}
