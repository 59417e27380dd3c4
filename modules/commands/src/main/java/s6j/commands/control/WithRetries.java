package s6j.commands.control;

import static s6j.posix.CallList.number;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code with-retries [-n tries] [-t ms] prog...}: runs a program until it succeeds, a few times at
 * most; one that takes too long is sent SIGTERM and not waited for. There is no pause between
 * attempts.
 */
final class WithRetries implements Command {
  private static final String USAGE = "with-retries [ -n tries ] [ -t milliseconds ] prog...";
  private static final long TRIES = 3;
  private static final long MILLIS = 500;
  private static final int FAILED = 1;

  @Override
  public String name() {
    return "with-retries";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "n:t:", USAGE);
    long tries = options.has('n') ? Options.unsigned(options.argument('n')) : TRIES;
    long millis = options.has('t') ? Options.unsigned(options.argument('t')) : MILLIS;
    if (tries < 0 || millis < 0 || call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Next.Exec program = call.exec(options.end(), call.environment());
    for (long attempt = 0; attempt < tries; attempt++) {
      if (succeeds(call, program, millis)) {
        return Next.exit(0);
      }
    }
    return Next.exit(FAILED);
  }

  private static boolean succeeds(Invocation call, Next.Exec program, long millis)
      throws CommandException {
    try {
      int pid = call.chain().start(call.posix(), program);
      WaitStatus status = TimedWait.waitFor(call.posix(), pid, millis);
      if (status == null) {
        call.warn(program.words().getFirst() + " has not ended after " + millis + " ms");
        CallList calls = new CallList();
        calls.attempt(Syscall.KILL, number(pid), number(Signal.TERM.number()));
        call.posix().call(calls);
        return false;
      }
      return status.shellCode() == 0;
    } catch (PosixException e) {
      throw CommandException.unable("run " + program.words().getFirst(), e);
    }
  }
}
