package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;

/**
 * A command that defines values and substitutes them in the rest of its command line; also a
 * directive of {@code multisubstitute}.
 */
abstract class SubstitutingCommand extends PureCommand {
  SubstitutingCommand(String name, String arguments) {
    super(name, arguments);
  }

  /**
   * Reads the options and arguments of the command.
   *
   * @param words the command line without the name
   * @return the index of the first word that is not its own
   * @throws CommandException also when there are too few words
   */
  abstract int define(Invocation call, List<Bytes> words, Bindings bindings)
      throws CommandException;

  @Override
  public final Next run(Invocation call) throws CommandException {
    Bindings bindings = new Bindings(call.environment());
    int end = define(call, call.arguments(), bindings);
    return bindings.goOn(call, call.arguments().subList(end, call.arguments().size()));
  }

  /** The word at an index; wrong usage when there is none. */
  final Bytes word(List<Bytes> words, int index) throws CommandException {
    if (index >= words.size()) {
      throw usage();
    }
    return words.get(index);
  }
}
