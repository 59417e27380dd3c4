package s6j.commands.notification;

import s6j.chain.CommandException;

/** What is said when the time has passed. */
final class Timeouts {
  private Timeouts() {}

  static CommandException timedOut(String what) {
    return CommandException.fatal(
        CommandException.TIMEOUT, "unable to " + what + ": Connection timed out");
  }
}
