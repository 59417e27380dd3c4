package s6j.commands.supervision;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;

/**
 * {@code s6-svok servicedir}: exits 0 when the service directory is supervised, 1 when it is not.
 */
final class S6Svok implements Command {
  @Override
  public String name() {
    return "s6-svok";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      throw CommandException.usage("s6-svok servicedir");
    }
    return Next.exit(ServiceControl.isSupervised(call, call.arguments().getFirst()) ? 0 : 1);
  }
}
