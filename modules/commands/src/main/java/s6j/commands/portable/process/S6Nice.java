package s6j.commands.portable.process;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.env.Settings;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** {@code s6-nice}: goes on with the nice value changed by so much. */
final class S6Nice extends PortableCommand {
  private static final int DEFAULT = 10;
  private static final int LOWEST = -20;
  private static final int HIGHEST = 19;

  /** The system call gives 20 less the nice value, so that no value looks like an error. */
  private static final int BIAS = 20;

  S6Nice() {
    super("s6-nice", "[ -I | -i ] [ -n value ] prog...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "Iin:");
    boolean strict = false;
    long change = DEFAULT;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'I' -> strict = false;
        case 'i' -> strict = true;
        default -> {
          change = Settings.integer(option.argument());
          if (change == Settings.NOT_A_NUMBER) {
            throw usage();
          }
        }
      }
    }
    argument(call, options.end());
    try {
      change(call, change);
    } catch (PosixException e) {
      if (strict) {
        throw CommandException.unable("nice", e);
      }
      call.warn("unable to nice: " + e.getMessage());
    }
    return call.exec(options.end(), call.environment());
  }

  private static void change(Invocation call, long change) throws PosixException {
    CallList asking = new CallList();
    asking.add(Syscall.GETPRIORITY, nothing(), nothing());
    long now = BIAS - call.posix().call(asking).value(0);
    long wanted = Math.clamp(now + Math.clamp(change, -1000, 1000), LOWEST, HIGHEST);
    CallList setting = new CallList();
    setting.add(Syscall.SETPRIORITY, nothing(), nothing(), number(wanted));
    call.posix().call(setting);
  }
}
