package s6j.commands.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

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
 * {@code s6-background-watch}: runs a program that goes into the background and leaves its pid in a
 * file, and stays in its place: it ends when the background process does, and passes signals on. It
 * is the subreaper of what it starts, so that the background process becomes its child.
 */
final class S6BackgroundWatch implements Command {
  private static final String USAGE =
      "s6-background-watch [ -t timeout ] [ -d fd ] pidfile prog...";
  private static final int PR_SET_CHILD_SUBREAPER = 36;

  @Override
  public String name() {
    return "s6-background-watch";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:d:", USAGE);
    long timeout = unsigned(options, 't', 0);
    long notification = unsigned(options, 'd', -1);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes pidFile = call.arguments().get(options.end());
    Next.Exec program = call.exec(options.end() + 1, call.environment());
    try {
      CallList calls = new CallList();
      calls.add(Syscall.PRCTL, number(PR_SET_CHILD_SUBREAPER), number(1), number(0), number(0));
      call.posix().call(calls);
      BackgroundProcess process = BackgroundProcess.start(call, program);
      int starter = ExitCode.approximate(process.awaitEnd());
      if (starter != 0) {
        call.say("fatal", program.words().getFirst() + " exited " + starter);
        return Next.exit(starter);
      }
      if (!process.awaitPid(pidFile, Deadline.in(timeout))) {
        throw CommandException.fatal(
            CommandException.TIMEOUT, "timed out waiting for a process named by " + pidFile);
      }
      if (notification >= 0) {
        tellReady(call, (int) notification);
      }
      return Next.exit(ExitCode.approximate(process.awaitEnd()));
    } catch (PosixException e) {
      throw CommandException.unable("watch " + program.words().getFirst(), e);
    }
  }

  private static long unsigned(Options options, char letter, long otherwise)
      throws CommandException {
    if (!options.has(letter)) {
      return otherwise;
    }
    long value = Options.unsigned(options.argument(letter));
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }

  private static void tellReady(Invocation call, int fd) {
    CallList calls = new CallList();
    calls.attempt(Syscall.WRITE, number(fd), bytes(new byte[] {'\n'}), number(1));
    calls.attempt(Syscall.CLOSE, number(fd));
    call.posix().attempt(calls);
  }
}
