package s6j.commands.portable.process;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.CallList;
import s6j.posix.Syscall;

/** {@code s6-sync}: has all that was written reach the disks. */
final class S6Sync extends PortableCommand {
  S6Sync() {
    super("s6-sync", "");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    options(call, "");
    CallList calls = new CallList();
    calls.attempt(Syscall.SYNC);
    call.posix().attempt(calls);
    return Next.exit(0);
  }
}
