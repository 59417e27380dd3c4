package s6j.commands.environment;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.EnvdirFormat;

/**
 * {@code justc-envdir}: as {@code s6-envdir}, but each value is the whole file, up to the first
 * NUL, and may be empty.
 */
final class JustcEnvdir implements Command {
  private static final String USAGE = "justc-envdir [ -I | -i ] dir prog...";

  @Override
  public String name() {
    return "justc-envdir";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Ii", USAGE);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    return EnvdirExec.exec(call, options, EnvdirFormat.Verbatim.STRICT);
  }
}
