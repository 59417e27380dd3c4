package s6j.logging.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code logutil-service [-f fifo] logdir}: the logger of a service, as a log/run script ends in
 * it. With {@code -f} it reads a fifo, and does not wait for a writer to open it.
 */
final class LogutilService implements Command {
  private static final String USAGE = "logutil-service [ -f fifo ] logdir";
  private static final int NO_DIRECTORY = 1;
  private static final int F_SETFL = 4;

  @Override
  public String name() {
    return "logutil-service";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "f:", USAGE);
    if (options.end() == call.arguments().size()) {
      throw CommandException.fatal(NO_DIRECTORY, "too few arguments: expected a log directory");
    }
    Bytes fifo = options.argument('f');
    if (fifo != null) {
      read(call, fifo);
    }
    return ServiceLogger.on(call, call.arguments().get(options.end()));
  }

  private static void read(Invocation call, Bytes fifo) throws CommandException {
    CallList calls = new CallList();
    int fd =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(fifo),
            number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    calls.add(Syscall.FCNTL, resultOf(fd), number(F_SETFL), number(OpenFlags.RDONLY));
    calls.add(Syscall.DUP3, resultOf(fd), number(0), number(0));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("open " + fifo + " for reading", e);
    }
  }
}
