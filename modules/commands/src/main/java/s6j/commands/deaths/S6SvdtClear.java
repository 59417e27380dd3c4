package s6j.commands.deaths;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-svdt-clear servicedir}: forgets the deaths of a service. */
final class S6SvdtClear implements Command {
  private static final int MODE = 0666;

  @Override
  public String name() {
    return "s6-svdt-clear";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      throw CommandException.usage("s6-svdt-clear servicedir");
    }
    Bytes service = call.arguments().getFirst();
    try {
      call.files().write(DeathTally.file(service), Bytes.EMPTY, MODE);
    } catch (PosixException e) {
      throw CommandException.unable("clear death tally for service " + service, e);
    }
    return Next.exit(0);
  }
}
