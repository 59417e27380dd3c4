package s6j.commands.environment;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.EnvdirFormat;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/** {@code s6-envdir}: runs a program with what a directory of files adds to the environment. */
final class S6Envdir implements Command {
  private static final String USAGE =
      "s6-envdir [ -I | -i ] [ -n ] [ -f ] [ -L ] [ -c nullchar ] dir prog...";

  @Override
  public String name() {
    return "s6-envdir";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "IinfLc:", USAGE);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes directory = call.arguments().get(options.end());
    Bytes nul = options.argument('c');
    if (nul != null && nul.isEmpty()) {
      throw CommandException.unable("envdir " + directory, new PosixException(Errno.EINVAL, -1));
    }
    EnvdirFormat format =
        new EnvdirFormat.Lines(
            options.has('f'),
            options.has('n'),
            options.has('L'),
            nul == null ? (byte) '\n' : nul.at(0));
    return EnvdirExec.exec(call, options, format);
  }
}
