package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Frames;
import s6j.posix.Bytes;

/**
 * {@code shift [-n k] [-b blocks] prog}: drops the first k positional parameters, 1 when nothing is
 * said, then blocks.
 */
final class Shift extends PureCommand {
  Shift() {
    super("shift", "[ -n arguments ] [ -b blocks ] program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n:b:");
    int blocks = options.has('b') ? small(options.argument('b')) : 0;
    int words = options.has('n') ? small(options.argument('n')) : options.has('b') ? 0 : 1;
    argument(call, options.end());
    List<Bytes> parameters = ElGetOpt.parameters(call);
    int at = Math.min(words, parameters.size());
    for (int block = 0; block < blocks; block++) {
      at = blockEnd(parameters, at, block);
    }
    return call.exec(
        options.end(),
        Frames.withParameters(
            call.environment(), parameters.subList(at, parameters.size()), parameters.size()));
  }

  private static int blockEnd(List<Bytes> parameters, int from, int block) throws CommandException {
    for (int i = from; i < parameters.size(); i++) {
      Bytes word = parameters.get(i);
      if (word.isEmpty()) {
        return i + 1;
      }
      if (word.at(0) != ' ') {
        throw CommandException.fatal(
            CommandException.USAGE, "unable to shift block " + block + ": too few arguments");
      }
    }
    throw CommandException.fatal(
        CommandException.USAGE, "unable to shift block " + block + ": too few arguments");
  }
}
