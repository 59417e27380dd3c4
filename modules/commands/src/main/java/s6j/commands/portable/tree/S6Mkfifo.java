package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** {@code s6-mkfifo}: makes fifos; the umask of the caller does not matter. */
final class S6Mkfifo extends PortableCommand {
  private static final int MODE = 0666;
  private static final int UMASK = 0111;

  S6Mkfifo() {
    super("s6-mkfifo", "[ -m mode ] fifo...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "m:");
    Bytes given = options.argument('m');
    int mode = given == null ? MODE : octal(given);
    int first = options.end();
    argument(call, first);
    CallList calls = new CallList();
    calls.attempt(Syscall.UMASK, number(UMASK));
    for (Bytes fifo : call.arguments().subList(first, call.arguments().size())) {
      calls.add(
          Syscall.MKNODAT,
          number(CallList.AT_FDCWD),
          string(fifo),
          number(Stat.FIFO | mode),
          nothing());
      try {
        call.posix().call(calls);
      } catch (PosixException e) {
        throw CommandException.unable("mkfifo " + fifo, e);
      }
      calls = new CallList();
    }
    return Next.exit(0);
  }
}
