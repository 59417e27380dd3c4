package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Numbers;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Syscall;

/** {@code getpid [-E | -e] [-P | -p] variable prog}: our pid, with {@code -P} our parent's. */
final class GetPid extends ExeclineCommand {
  GetPid() {
    super("getpid", "[ -E | -e ] [ -P | -p ] variable program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "EePp");
    argument(call, options.end() + 1);
    Bytes variable = argument(call, options.end());
    checkVariable(variable);
    boolean parent = false;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'P' -> parent = true;
        case 'p' -> parent = false;
        default -> {}
      }
    }
    CallList calls = new CallList();
    calls.add(parent ? Syscall.GETPPID : Syscall.GETPID);
    long pid = Descriptors.demand(call.posix(), calls, "get process id").value(0);
    return CapturedText.goOn(
        call,
        options,
        variable,
        Numbers.word(pid),
        call.arguments().subList(options.end() + 1, call.arguments().size()),
        call.environment());
  }
}
