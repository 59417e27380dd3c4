package s6j.commands.portable.process;

import static s6j.posix.CallList.nothing;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/** {@code s6-pause}: does nothing until a signal ends it that is not to be ignored. */
final class S6Pause extends PortableCommand {
  private static final int SIGNAL_MAX = 64;

  S6Pause() {
    super("s6-pause", "[ -t ] [ -h ] [ -a ] [ -q ] [ -b ] [ -i ] [ -p signal,signal... ]");
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    CallList calls = new CallList();
    for (Options.Option option : options(call, "thaqbip:").list()) {
      switch (option.letter()) {
        case 't' -> Ignored.append(calls, Signal.TERM.number());
        case 'h' -> Ignored.append(calls, Signal.HUP.number());
        case 'a' -> Ignored.append(calls, Signal.ALRM.number());
        case 'q' -> Ignored.append(calls, Signal.QUIT.number());
        case 'b' -> Ignored.append(calls, Signal.ABRT.number());
        case 'i' -> Ignored.append(calls, Signal.INT.number());
        default -> appendListed(calls, option.argument());
      }
    }
    for (; ; ) {
      calls.attempt(Syscall.PPOLL, nothing(), nothing(), nothing(), nothing(), nothing());
      call.posix().attempt(calls);
      calls = new CallList();
    }
  }

  private void appendListed(CallList calls, Bytes list) throws CommandException {
    for (Bytes word : list.split(',')) {
      long signal = unsigned(word);
      if (signal < 1 || signal > SIGNAL_MAX) {
        throw usage();
      }
      Ignored.append(calls, signal);
    }
  }
}
