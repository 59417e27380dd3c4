package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** {@code s6-touch}: files that were not there are, the others have changed now. */
final class S6Touch extends PortableCommand {
  private static final int MODE = 0666;

  S6Touch() {
    super("s6-touch", "file...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    argument(call, first);
    for (Bytes file : call.arguments().subList(first, call.arguments().size())) {
      try {
        touch(call, file);
      } catch (PosixException e) {
        throw CommandException.unable("touch " + file, e);
      }
    }
    return Next.exit(0);
  }

  private static void touch(Invocation call, Bytes file) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.UTIMENSAT, number(CallList.AT_FDCWD), string(file), nothing(), nothing());
    Results results = call.posix().attempt(calls);
    if (!results.failed(0)) {
      return;
    }
    if (!results.errno(0).equals(Errno.ENOENT)) {
      throw new PosixException(results.errno(0), 0);
    }
    int flags =
        OpenFlags.WRONLY
            | OpenFlags.CREAT
            | OpenFlags.APPEND
            | OpenFlags.NONBLOCK
            | OpenFlags.NOCTTY
            | OpenFlags.CLOEXEC;
    CallList creating = new CallList();
    int fd =
        creating.add(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(file), number(flags), number(MODE));
    creating.add(Syscall.CLOSE, CallList.resultOf(fd));
    call.posix().call(creating);
  }
}
