package s6j.commands.portable.process;

import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/** {@code s6-nuke}: signals every process that it may signal, but for itself and PID 1. */
final class S6Nuke extends PortableCommand {
  private static final int EVERYBODY = -1;

  S6Nuke() {
    super("s6-nuke", "[ -h ] [ -t ] [ -k ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "htk");
    CallList calls = new CallList();
    Ignored.append(calls, Signal.HUP.number());
    Ignored.append(calls, Signal.TERM.number());
    int preparations = calls.size();
    if (options.has('h')) {
      appendKill(calls, Signal.HUP);
    }
    if (options.has('t')) {
      appendKill(calls, Signal.TERM);
      appendKill(calls, Signal.CONT);
    }
    if (options.has('k')) {
      appendKill(calls, Signal.KILL);
    }
    Results results = call.posix().attempt(calls);
    for (int i = preparations; i < calls.size(); i++) {
      if (results.failed(i)) {
        throw CommandException.unable("kill", new PosixException(results.errno(i), i));
      }
    }
    return Next.exit(0);
  }

  private static void appendKill(CallList calls, Signal signal) {
    calls.attempt(Syscall.KILL, number(EVERYBODY), number(signal.number()));
  }
}
