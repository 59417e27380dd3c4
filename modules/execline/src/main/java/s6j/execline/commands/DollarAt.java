package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.ByteBuilder;
import s6j.posix.Bytes;

/**
 * {@code dollarat [-n] [-0 | -d delim]}: prints the positional parameters, each ended by a newline
 * or the delimiter, the last not with {@code -n}; netstrings when the delimiter is empty.
 */
final class DollarAt extends ExeclineCommand {
  DollarAt() {
    super("dollarat", "[ -n ] [ -0 | -d delimchar ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n0d:");
    Bytes delimiter = Bytes.of("\n");
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case '0' -> delimiter = Bytes.of(new byte[] {0});
        case 'd' -> delimiter = option.argument();
        default -> {}
      }
    }
    List<Bytes> parameters = ElGetOpt.parameters(call);
    ByteBuilder text = new ByteBuilder();
    for (int i = 0; i < parameters.size(); i++) {
      Bytes parameter = parameters.get(i);
      if (delimiter.isEmpty()) {
        text.add(parameter.length() + ":").add(parameter).add(',');
        continue;
      }
      text.add(parameter);
      if (i < parameters.size() - 1 || !options.has('n')) {
        text.add(delimiter.at(0));
      }
    }
    return call.printAndExit(text.build(), 0);
  }
}
