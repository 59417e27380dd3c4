package s6j.logging.commands;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;

/**
 * {@code logutil-service-main logdir}: s6-log with the directives of S6_LOGGING_SCRIPT, as nobody
 * if we are root. Unlike the original it also runs for other users, as they are.
 */
final class LogutilServiceMain implements Command {
  private static final int NO_DIRECTORY = 1;

  @Override
  public String name() {
    return "logutil-service-main";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      throw CommandException.fatal(NO_DIRECTORY, "too few arguments: expected a log directory");
    }
    return ServiceLogger.on(call, call.arguments().getFirst());
  }
}
