package s6j.commands.portable;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.posix.Bytes;

/** What the commands here have in common: a name, and a synopsis that is said on wrong usage. */
public abstract class PortableCommand implements Command {
  private static final int MODE_MAX = 07777;

  private final String name;
  private final String synopsis;

  /**
   * @param arguments the synopsis without the name
   */
  protected PortableCommand(String name, String arguments) {
    this.name = name;
    this.synopsis = arguments.isEmpty() ? name : name + " " + arguments;
  }

  @Override
  public final String name() {
    return name;
  }

  protected final CommandException usage() {
    return CommandException.usage(synopsis);
  }

  protected final Options options(Invocation call, String letters) throws CommandException {
    return Options.parse(call.arguments(), letters, synopsis);
  }

  /** The argument at an index; wrong usage when there is none. */
  protected final Bytes argument(Invocation call, int index) throws CommandException {
    if (index >= call.arguments().size()) {
      throw usage();
    }
    return call.arguments().get(index);
  }

  /** An unsigned number below 2^32; wrong usage when the word is none. */
  protected final long unsigned(Bytes word) throws CommandException {
    long number = Options.unsigned(word);
    if (number < 0) {
      throw usage();
    }
    return number;
  }

  /** A file mode in octal; wrong usage when the word is none. */
  protected final int octal(Bytes word) throws CommandException {
    int mode = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 7 || mode > MODE_MAX) {
        throw usage();
      }
      mode = mode * 8 + digit;
    }
    if (word.isEmpty() || mode > MODE_MAX) {
      throw usage();
    }
    return mode;
  }
}
