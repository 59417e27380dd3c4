package s6j.commands.environment;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Envdir;
import s6j.env.EnvdirFormat;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/** What the envdir commands have in common: the directory, {@code -I}, and the program. */
final class EnvdirExec {
  private EnvdirExec() {}

  /** Goes on as the words after the directory, which is the first that is no option. */
  static Next exec(Invocation call, Options options, EnvdirFormat format) throws CommandException {
    Bytes directory = call.arguments().get(options.end());
    Environment environment = call.environment();
    try {
      environment = Envdir.applied(call.posix(), directory, format, environment);
    } catch (PosixException e) {
      if (!ignoresMissing(options) || !Envdir.isMissing(e)) {
        throw CommandException.unable("envdir " + directory, e);
      }
    }
    return call.exec(options.end() + 1, environment);
  }

  /** Of {@code -I} and {@code -i} the last counts. */
  private static boolean ignoresMissing(Options options) {
    boolean ignores = false;
    for (Options.Option option : options.list()) {
      ignores = option.letter() == 'I' || option.letter() != 'i' && ignores;
    }
    return ignores;
  }
}
