package s6j.logging.commands;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.logging.time.Stamps;
import s6j.logging.time.Zone;

/** {@code s6-tai64n}: puts a TAI64N label and a space before each line. */
final class S6Tai64n implements Command {
  @Override
  public String name() {
    return "s6-tai64n";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Stamps stamps = new Stamps(Zone.UTC);
    LineFilter.run(
        call.posix(),
        false,
        true,
        (from, start, end, to) -> {
          stamps.arrived();
          stamps.tick();
          to.writeBytes(stamps.label());
          to.write(from, start, end - start);
        });
    return Next.exit(0);
  }
}
