package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Signal;

/**
 * {@code s6-svc}: writes its option letters, in order, to the control FIFOs of service directories;
 * with {@code -w} it waits until the services have got there.
 */
final class S6Svc implements Command {
  private static final String USAGE =
      "s6-svc [ -wu | -wU | -wd | -wD | -wr | -wR ] [ -T timeout ] [ -s signal |"
          + " -abqhkti12pcyrlPCKoduDUxOQ ] servicedir...";
  private static final String LETTERS = "abqhkti12pcyrlPCKoduDUxOQ";
  private static final String SIGNALS = "abqhkti12pcy";
  private static final Signal[] SIGNAL_OF_LETTER = {
    Signal.ALRM,
    Signal.ABRT,
    Signal.QUIT,
    Signal.HUP,
    Signal.KILL,
    Signal.TERM,
    Signal.INT,
    Signal.USR1,
    Signal.USR2,
    Signal.STOP,
    Signal.CONT,
    Signal.WINCH
  };
  private static final int LETTERS_MAX = 63;

  @Override
  public String name() {
    return "s6-svc";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), LETTERS + "X" + "w:T:s:", USAGE);
    List<Bytes> services = call.arguments().subList(options.end(), call.arguments().size());
    if (services.isEmpty()) {
      throw CommandException.usage(USAGE);
    }
    Bytes letters = letters(options);
    char condition = condition(options);
    long timeout = options.number('T', 0, USAGE);
    for (Bytes service : services) {
      if (service.isEmpty()) {
        throw CommandException.fatal(CommandException.USAGE, "invalid service path");
      }
    }
    if (condition == 0 && services.size() == 1) {
      return new Next.Exit(0, ServiceControl.sending(call, services.getFirst(), letters), name());
    }
    if (condition == 0) {
      sendAll(call, services, letters);
      return Next.exit(0);
    }
    condition = degraded(call, services, condition);
    try (EventWait wait = EventWait.on(call, services)) {
      if (!letters.isEmpty()) {
        sendAll(call, services, letters);
      }
      int failures = wait.await(condition, true, timeout);
      if (failures > 0) {
        throw services.size() == 1
            ? S6Svlisten1.failed(services.getFirst())
            : CommandException.fatal(Math.min(failures, 98), EventWait.FAILURE);
      }
      return Next.exit(0);
    }
  }

  /** An error with one service does not keep the others from being told; each gets its line. */
  private static void sendAll(Invocation call, List<Bytes> services, Bytes letters)
      throws CommandException {
    CommandException first = null;
    for (Bytes service : services) {
      try {
        ServiceControl.send(call, service, letters);
      } catch (CommandException e) {
        if (first == null) {
          first = e;
        } else {
          call.warn(e.getMessage());
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static Bytes letters(Options options) throws CommandException {
    StringBuilder letters = new StringBuilder();
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'w', 'T' -> {}
        case 's' -> letters.append(letterOf(option.argument()));
        case 'X' -> letters.append('x');
        default -> letters.append(option.letter());
      }
    }
    if (letters.length() > LETTERS_MAX) {
      throw CommandException.fatal(CommandException.USAGE, "too many commands");
    }
    return Bytes.of(letters.toString());
  }

  private static char letterOf(Bytes signal) throws CommandException {
    int number = Signal.parse(signal.latin1());
    for (int i = 0; i < SIGNAL_OF_LETTER.length; i++) {
      if (SIGNAL_OF_LETTER[i].number() == number) {
        return SIGNALS.charAt(i);
      }
    }
    throw CommandException.fatal(
        CommandException.USAGE, "signal " + signal + " cannot be sent by a supervisor");
  }

  private static char condition(Options options) throws CommandException {
    Bytes word = options.argument('w');
    if (word == null) {
      return 0;
    }
    if (word.length() != 1 || "uUdDrR".indexOf(word.at(0)) < 0) {
      throw CommandException.usage(USAGE);
    }
    return (char) word.at(0);
  }

  /** A service that does not tell of its readiness is waited for to be up. */
  private static char degraded(Invocation call, List<Bytes> services, char condition)
      throws CommandException {
    if (condition != 'U' && condition != 'R') {
      return condition;
    }
    for (Bytes service : services) {
      try {
        if (new Files(call.posix()).stat(service.slash("notification-fd")) == null) {
          call.warn(
              service.slash("notification-fd")
                  + " not present - ignoring request for readiness notification");
          return condition == 'U' ? 'u' : 'r';
        }
      } catch (PosixException e) {
        throw CommandException.unable("stat " + service.slash("notification-fd"), e);
      }
    }
    return condition;
  }
}
