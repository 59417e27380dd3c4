package s6j.commands.notification;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** {@code s6-ftrig-notify fifodir message}: tells every byte of a message as an event. */
final class S6FtrigNotify implements Command {
  @Override
  public String name() {
    return "s6-ftrig-notify";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().size() < 2) {
      throw CommandException.usage("s6-ftrig-notify fifodir message");
    }
    Bytes fifodir = call.arguments().getFirst();
    try {
      FifodirFiles.tell(call.posix(), fifodir, call.arguments().get(1));
    } catch (PosixException e) {
      throw CommandException.unable("notify " + fifodir, e);
    }
    return Next.exit(0);
  }
}
