package s6j.commands.portable.process;

import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.control.TimedWait;
import s6j.commands.portable.PortableCommand;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code s6-maximumtime}: runs a program and exits as it does; when it takes too long, sends it a
 * signal and exits 99 without waiting for it.
 */
final class S6Maximumtime extends PortableCommand {
  private static final int NO_SIGNAL = 0;

  S6Maximumtime() {
    super(
        "s6-maximumtime",
        "[ -0 | -a | -b | -i | -k | -q | -t | -x | -1 | -2 ] milliseconds prog...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "0abikqtx12");
    int signal = Signal.TERM.number();
    for (Options.Option option : options.list()) {
      signal = signal(option.letter());
    }
    long millis = unsigned(argument(call, options.end()));
    argument(call, options.end() + 1);
    Next.Exec program = call.exec(options.end() + 1, call.environment());
    try {
      int pid = call.chain().start(call.posix(), program);
      WaitStatus status = TimedWait.waitFor(call.posix(), pid, millis);
      return status == null ? timedOut(call, pid, signal) : ended(call, status);
    } catch (PosixException e) {
      throw CommandException.unable("run " + program.words().getFirst(), e);
    }
  }

  private static int signal(char letter) {
    return switch (letter) {
      case 'a' -> Signal.ALRM.number();
      case 'b' -> Signal.ABRT.number();
      case 'i' -> Signal.INT.number();
      case 'k' -> Signal.KILL.number();
      case 'q' -> Signal.QUIT.number();
      case 't' -> Signal.TERM.number();
      case 'x' -> Signal.XCPU.number();
      case '1' -> Signal.USR1.number();
      case '2' -> Signal.USR2.number();
      default -> NO_SIGNAL;
    };
  }

  private static Next timedOut(Invocation call, int pid, int signal) {
    if (signal != NO_SIGNAL) {
      CallList calls = new CallList();
      calls.attempt(Syscall.KILL, number(pid), number(signal));
      call.posix().attempt(calls);
    }
    call.warn("unable to wait for child process: Operation timed out");
    return Next.exit(CommandException.TIMEOUT);
  }

  private static Next ended(Invocation call, WaitStatus status) {
    if (status.signalled()) {
      call.warn("child process crashed");
      return Next.exit(CommandException.SYSTEM);
    }
    return Next.exit(status.exitCode());
  }
}
