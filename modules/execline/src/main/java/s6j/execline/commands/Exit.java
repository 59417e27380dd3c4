package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;

/** {@code exit [code]}: the code modulo 256, 0 when nothing is said. */
final class Exit extends PureCommand {
  Exit() {
    super("exit", "[ exitcode ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      return Next.exit(0);
    }
    long code = Options.unsigned(call.arguments().getFirst());
    if (code < 0) {
      throw usage();
    }
    return Next.exit((int) (code & 255));
  }
}
