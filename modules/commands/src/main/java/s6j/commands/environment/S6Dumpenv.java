package s6j.commands.environment;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.EnvdirWriter;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-dumpenv}: writes the environment into a directory, a file a variable, which it makes
 * when it is not there.
 */
final class S6Dumpenv implements Command {
  private static final String USAGE = "s6-dumpenv [ -N | -n ] [ -m mode ] dir";
  private static final int MODE = 0755;

  @Override
  public String name() {
    return "s6-dumpenv";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Nnm:", USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    boolean newline = false;
    for (Options.Option option : options.list()) {
      newline = option.letter() == 'N' || option.letter() != 'n' && newline;
    }
    Bytes mode = options.argument('m');
    Bytes directory = call.arguments().get(options.end());
    Bytes ending = newline ? Bytes.of("\n") : Bytes.EMPTY;
    try {
      List<EnvdirWriter.Failure> failures =
          new EnvdirWriter(directory, call.environment(), ending)
              .write(call.posix(), mode == null ? MODE : octal(mode));
      for (EnvdirWriter.Failure failure : failures) {
        call.say(
            "fatal",
            "unable to write " + directory.slash(failure.name()) + ": " + failure.reason());
      }
      return Next.exit(failures.isEmpty() ? 0 : CommandException.SYSTEM);
    } catch (PosixException e) {
      throw CommandException.unable("mkdir " + directory, e);
    }
  }

  private static int octal(Bytes word) throws CommandException {
    int mode = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 7 || mode > 07777) {
        throw CommandException.usage(USAGE);
      }
      mode = mode * 8 + digit;
    }
    if (word.isEmpty() || mode > 07777) {
      throw CommandException.usage(USAGE);
    }
    return mode;
  }
}
