package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.notification.Block;
import s6j.posix.Bytes;

/**
 * {@code s6-svlisten}: listens to services, then runs a program, then waits until the services are
 * up, ready, down, or restarted. The program is not waited for.
 */
final class S6Svlisten implements Command {
  private static final String USAGE =
      "s6-svlisten [ -U | -u | -d | -D | -r | -R ] [ -a | -o ] [ -t timeout ] servicedir... \"\""
          + " prog...";

  @Override
  public String name() {
    return "s6-svlisten";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "uUdDrRaot:", USAGE);
    WaitOptions wanted = WaitOptions.of(options, USAGE);
    List<Bytes> services = Block.of(call.arguments(), options.end());
    int program = options.end() + (services == null ? 0 : services.size()) + 1;
    if (services == null || services.isEmpty() || program >= call.arguments().size()) {
      throw CommandException.usage(USAGE);
    }
    try (EventWait wait = EventWait.on(call, services)) {
      wait.spawn(program);
      int failures = wait.await(wanted.condition(), wanted.all(), wanted.timeout());
      if (failures > 0) {
        throw CommandException.fatal(Math.min(failures, 98), EventWait.FAILURE);
      }
      return Next.exit(0);
    }
  }
}
