package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/** {@code s6-svwait}: waits until services are up, ready, down, or restarted. */
final class S6Svwait implements Command {
  private static final String USAGE =
      "s6-svwait [ -U | -u | -d | -D | -r | -R ] [ -a | -o ] [ -t timeout ] servicedir...";

  @Override
  public String name() {
    return "s6-svwait";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "uUdDrRaot:", USAGE);
    WaitOptions wanted = WaitOptions.of(options, USAGE);
    List<Bytes> services = call.arguments().subList(options.end(), call.arguments().size());
    if (services.isEmpty()) {
      return Next.exit(0);
    }
    try (EventWait wait = EventWait.on(call, services)) {
      int failures = wait.await(wanted.condition(), wanted.all(), wanted.timeout());
      if (failures > 0) {
        throw CommandException.fatal(Math.min(failures, 98), EventWait.FAILURE);
      }
      return Next.exit(0);
    }
  }
}
