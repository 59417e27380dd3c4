package s6j.commands.notification;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-cleanfifodir fifodir}: removes the FIFOs of listeners that have died. */
final class S6Cleanfifodir implements Command {
  @Override
  public String name() {
    return "s6-cleanfifodir";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      throw CommandException.usage("s6-cleanfifodir fifodir");
    }
    Bytes fifodir = call.arguments().getFirst();
    try {
      FifodirFiles.tell(call.posix(), fifodir, Bytes.EMPTY);
    } catch (PosixException e) {
      throw CommandException.unable("clean up fifodir at " + fifodir, e);
    }
    return Next.exit(0);
  }
}
