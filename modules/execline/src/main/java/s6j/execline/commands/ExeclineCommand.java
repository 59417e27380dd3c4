package s6j.execline.commands;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** What all commands here have: a name, and a synopsis that is said on wrong usage. */
abstract class ExeclineCommand implements Command {
  private final String name;
  private final String synopsis;

  /**
   * @param arguments the synopsis without the name
   */
  ExeclineCommand(String name, String arguments) {
    this.name = name;
    this.synopsis = name + " " + arguments;
  }

  @Override
  public final String name() {
    return name;
  }

  final CommandException usage() {
    return CommandException.usage(synopsis);
  }

  final Options options(Invocation call, String letters) throws CommandException {
    return Options.parse(call.arguments(), letters, synopsis);
  }

  final Options options(List<Bytes> words, String letters) throws CommandException {
    return Options.parse(words, letters, synopsis);
  }

  /** The argument at an index; wrong usage when there is none. */
  final Bytes argument(Invocation call, int index) throws CommandException {
    if (index >= call.arguments().size()) {
      throw usage();
    }
    return call.arguments().get(index);
  }

  /** A descriptor number or another small unsigned number. */
  final int small(Bytes word) throws CommandException {
    long number = Options.unsigned(word);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw usage();
    }
    return (int) number;
  }

  /** The number of a descriptor that the process may do as it likes with. */
  final int descriptor(Invocation call, Bytes word) throws CommandException {
    int fd = small(word);
    if (Descriptors.isReserved(call.posix(), fd)) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "fd " + fd + " is taken by the connection to the runtime");
    }
    return fd;
  }

  /** Goes on as the words from {@code index} on, of which there must be one. */
  final Next goOn(Invocation call, int index, Environment environment) throws CommandException {
    argument(call, index);
    return call.exec(index, environment);
  }

  /** Goes on as these words; when there are none, all has been done. */
  static Next orDone(Invocation call, List<Bytes> words, Environment environment) {
    return words.isEmpty() ? Next.exit(0) : call.exec(words, environment);
  }

  /** A name that a variable can have. */
  static void checkVariable(Bytes name) throws CommandException {
    if (name.isEmpty() || name.contains('=')) {
      throw CommandException.fatal(CommandException.USAGE, "invalid variable name");
    }
  }
}
