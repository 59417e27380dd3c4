package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Frames;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * {@code elgetopt [-D default] optstring prog}: takes options from the positional parameters; each
 * becomes a variable {@code ELGETOPT_letter} with its argument, or the default, 1.
 */
final class ElGetOpt extends PureCommand {
  private static final int BAD_OPTION = 1;

  ElGetOpt() {
    super("elgetopt", "[ -D default ] optstring program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "D:");
    Bytes letters = argument(call, options.end());
    argument(call, options.end() + 1);
    List<Bytes> parameters = parameters(call);
    Bytes script = call.environment().get("0");
    if (script == null) {
      throw CommandException.fatal(CommandException.USAGE, "0 not set");
    }
    Bytes present = options.has('D') ? options.argument('D') : Bytes.of("1");
    List<Bytes> found = new ArrayList<>();
    int end = read(call, script, parameters, letters.latin1(), present, found);
    Environment environment = Frames.push(call.environment(), Frames::isOption);
    environment =
        Frames.withParameters(
            environment, parameters.subList(end, parameters.size()), parameters.size());
    return call.exec(options.end() + 1, environment.withAll(withLastWinning(found)));
  }

  /** The positional parameters. */
  static List<Bytes> parameters(Invocation call) throws CommandException {
    if (!call.environment().has("#")) {
      throw CommandException.fatal(CommandException.USAGE, "# not set");
    }
    List<Bytes> parameters = Frames.parameters(call.environment());
    if (parameters == null) {
      throw CommandException.fatal(
          CommandException.USAGE,
          "invalid positional parameters: # is "
              + call.environment().get("#")
              + ", expected a number, and 1 to that number set");
    }
    return parameters;
  }

  /** Collects {@code name=value} entries; returns the index of the first parameter that is left. */
  private static int read(
      Invocation call,
      Bytes script,
      List<Bytes> parameters,
      String letters,
      Bytes present,
      List<Bytes> found)
      throws CommandException {
    int i = 0;
    while (i < parameters.size()
        && parameters.get(i).length() > 1
        && parameters.get(i).at(0) == '-') {
      Bytes word = parameters.get(i++);
      if (word.is("--")) {
        break;
      }
      for (int k = 1; k < word.length(); k++) {
        char letter = (char) (word.at(k) & 255);
        int known = letter == ':' ? -1 : letters.indexOf(letter);
        if (known < 0) {
          throw bad(call, script, "illegal option");
        }
        Bytes name = Bytes.of("ELGETOPT_").plus(word.slice(k, k + 1)).plus("=");
        if (known + 1 >= letters.length() || letters.charAt(known + 1) != ':') {
          found.add(name.plus(present));
          continue;
        }
        if (k + 1 < word.length()) {
          found.add(name.plus(word.from(k + 1)));
        } else if (i < parameters.size()) {
          found.add(name.plus(parameters.get(i++)));
        } else {
          throw bad(call, script, "option requires an argument");
        }
        break;
      }
    }
    return i;
  }

  private static CommandException bad(Invocation call, Bytes script, String complaint) {
    call.complain(script + ": " + complaint);
    return CommandException.silent(BAD_OPTION);
  }

  private static Environment withLastWinning(List<Bytes> entries) {
    return Environment.ofEntries(entries.reversed());
  }
}
