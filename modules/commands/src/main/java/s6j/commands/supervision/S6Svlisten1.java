package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/** {@code s6-svlisten1}: {@code s6-svlisten} for one service. */
final class S6Svlisten1 implements Command {
  private static final String USAGE =
      "s6-svlisten1 [ -U | -u | -d | -D | -r | -R ] [ -t timeout ] servicedir prog...";

  @Override
  public String name() {
    return "s6-svlisten1";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "uUdDrRt:", USAGE);
    WaitOptions wanted = WaitOptions.of(options, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes service = call.arguments().get(at);
    try (EventWait wait = EventWait.on(call, List.of(service))) {
      wait.spawn(at + 1);
      if (wait.await(wanted.condition(), true, wanted.timeout()) > 0) {
        throw failed(service);
      }
      return Next.exit(0);
    }
  }

  /** One service has failed instead of coming up. */
  static CommandException failed(Bytes service) {
    return CommandException.fatal(1, service + " failed permanently or its supervisor died");
  }
}
