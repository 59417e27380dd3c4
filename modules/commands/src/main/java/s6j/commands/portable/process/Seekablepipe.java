package s6j.commands.portable.process;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Copy;
import s6j.commands.portable.stream.Descriptor;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code seekablepipe}: copies stdin to a file, which is unlinked at once, and goes on as a program
 * that reads from there, and can seek.
 */
final class Seekablepipe extends PortableCommand {
  private static final int MODE = 0600;

  Seekablepipe() {
    super("seekablepipe", "tmpfile prog...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    Bytes path = argument(call, first);
    argument(call, first + 1);
    Posix posix = call.posix();
    int fd = create(posix, path);
    Copy.all(posix, Descriptor.STDIN, fd);
    CallList calls = new CallList();
    calls.add(Syscall.LSEEK, number(fd), nothing(), nothing());
    calls.add(Syscall.DUP3, number(fd), number(Descriptor.STDIN), nothing());
    calls.attempt(Syscall.CLOSE, number(fd));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("read from " + path, e);
    }
    return call.exec(first + 1, call.environment());
  }

  private static int create(Posix posix, Bytes path) throws CommandException {
    int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.CLOEXEC;
    CallList calls = new CallList();
    calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(MODE));
    calls.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), nothing());
    try {
      return posix.call(calls).fd(0);
    } catch (PosixException e) {
      throw CommandException.unable("create " + path, e);
    }
  }
}
