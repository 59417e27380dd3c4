package s6j.commands.portable.tree;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** {@code s6-rename}: the system call, nothing else: atomic, and within one file system. */
final class S6Rename extends PortableCommand {
  S6Rename() {
    super("s6-rename", "old new");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    Bytes from = argument(call, first);
    Bytes to = argument(call, first + 1);
    CallList calls = new CallList();
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(from),
        number(CallList.AT_FDCWD),
        string(to),
        number(0));
    try {
      call.posix().call(calls);
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("rename " + from + " to " + to, e);
    }
  }
}
