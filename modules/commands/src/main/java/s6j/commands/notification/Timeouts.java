package s6j.commands.notification;

import s6j.chain.CommandException;
import s6j.chain.Options;

/** Options in milliseconds, and what is said when the time has passed. */
final class Timeouts {
  private Timeouts() {}

  /** The number that an option was given; of several the last counts. */
  static long of(Options options, char letter, long otherwise, String usage)
      throws CommandException {
    return options.number(letter, otherwise, usage);
  }

  static CommandException timedOut(String what) {
    return CommandException.fatal(
        CommandException.TIMEOUT, "unable to " + what + ": Connection timed out");
  }
}
