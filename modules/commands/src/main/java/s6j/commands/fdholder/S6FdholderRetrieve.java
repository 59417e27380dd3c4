package s6j.commands.fdholder;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code s6-fdholder-retrieve}: runs a program whose stdin is a descriptor that a holder keeps;
 * with -D it is kept no longer.
 */
final class S6FdholderRetrieve implements Command {
  private static final String USAGE =
      "s6-fdholder-retrieve [ -D ] [ -t timeout ] socket id prog...";

  @Override
  public String name() {
    return "s6-fdholder-retrieve";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Dt:", USAGE);
    Deadline deadline = HolderCommand.deadline(options, USAGE);
    HolderCommand.need(call, options, 3, USAGE);
    Bytes path = call.arguments().get(options.end());
    Bytes id = call.arguments().get(options.end() + 1);
    String what = "retrieve fd for id " + id;
    HolderClient client = HolderClient.connect(call, path, deadline);
    try {
      int fd = client.retrieve(HolderCommand.checked(id, what), options.has('D'));
      client.close();
      CallList calls = new CallList();
      calls.add(Syscall.DUP3, CallList.number(fd), CallList.number(0), CallList.number(0));
      calls.add(Syscall.CLOSE, CallList.number(fd));
      call.posix().call(calls);
    } catch (PosixException e) {
      throw HolderCommand.denied(what, e);
    }
    return call.exec(options.end() + 2, call.environment());
  }
}
