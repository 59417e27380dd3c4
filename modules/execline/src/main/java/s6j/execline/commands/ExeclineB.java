package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Frames;
import s6j.execline.language.Lexer;
import s6j.execline.language.Numbers;
import s6j.execline.language.SyntaxException;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/**
 * {@code execlineb [-p | -P | -S n | -s n] [-q | -w | -W] [-e] [-c script | file] args}: reads a
 * script and goes on as the command line that it is. The arguments become a new frame of positional
 * parameters, {@code -p} the only one; {@code -P} ignores them; {@code -S} substitutes them in the
 * script, {@code -s} likewise with {@code $@} being those after the first n.
 */
final class ExeclineB extends PureCommand {
  ExeclineB() {
    super(
        "execlineb",
        "[ -p | -P | -S nmin | -s nmin ] [ -q | -w | -W ] [ -c commandline ] script args");
  }

  private enum Parameters {
    PUSH,
    REPLACE,
    IGNORE,
    SUBSTITUTE,
    SUBSTITUTE_SHIFTED
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "ec:pPqwWS:s:");
    Parameters parameters = Parameters.PUSH;
    int least = 0;
    Environment environment = withValidStrictness(call);
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'p' -> parameters = Parameters.REPLACE;
        case 'P' -> parameters = Parameters.IGNORE;
        case 'S', 's' -> {
          parameters =
              option.letter() == 'S' ? Parameters.SUBSTITUTE : Parameters.SUBSTITUTE_SHIFTED;
          least = small(option.argument());
        }
        case 'q' -> environment = environment.without("EXECLINE_STRICT");
        case 'w' -> environment = environment.with("EXECLINE_STRICT", "1");
        case 'W' -> environment = environment.with("EXECLINE_STRICT", "2");
        default -> {}
      }
    }
    int at = options.end();
    Bytes script = options.argument('c');
    Bytes zero = script == null ? argument(call, at++) : call.calledAs();
    List<Bytes> words = script == null ? parseFile(call, zero) : parse(script, null);
    List<Bytes> arguments = call.arguments().subList(at, call.arguments().size());
    if (words.isEmpty()) {
      return Next.exit(0);
    }
    return switch (parameters) {
      case IGNORE -> call.exec(words, environment);
      case PUSH ->
          call.exec(words, with(Frames.push(environment, Frames::isPositional), zero, arguments));
      case REPLACE -> call.exec(words, with(environment, zero, arguments));
      case SUBSTITUTE, SUBSTITUTE_SHIFTED -> {
        enough(call, environment, arguments.size(), least);
        int skipped = parameters == Parameters.SUBSTITUTE ? 0 : Math.min(least, arguments.size());
        Bindings bindings = new Bindings(environment);
        ElGetPositionals.add(
            bindings, zero, arguments, least, arguments.subList(skipped, arguments.size()));
        yield bindings.goOn(call, words);
      }
    };
  }

  private static Environment withValidStrictness(Invocation call) {
    Bytes value = call.environment().get("EXECLINE_STRICT");
    if (value == null || Options.unsigned(value) >= 0) {
      return call.environment();
    }
    call.warn("invalid EXECLINE_STRICT value, unsetting it");
    return call.environment().without("EXECLINE_STRICT");
  }

  /** Sets the parameters; those of an earlier frame that are not set anew stay. */
  private static Environment with(Environment environment, Bytes zero, List<Bytes> arguments) {
    return Frames.withParameters(environment, arguments, 0).with("0", zero);
  }

  private static List<Bytes> parseFile(Invocation call, Bytes file) throws CommandException {
    try {
      return parse(call.files().readWhole(file), file.toString());
    } catch (PosixException e) {
      throw CommandException.unable("open " + file + " for reading", e);
    }
  }

  private static List<Bytes> parse(Bytes script, String file) throws CommandException {
    try {
      return Lexer.parse(script);
    } catch (SyntaxException e) {
      throw CommandException.fatal(CommandException.USAGE, e.describe(file));
    }
  }

  /** Complains of too few arguments unless EXECLINE_STRICT is 0; more than 1 makes it fatal. */
  private static void enough(Invocation call, Environment environment, int got, int least)
      throws CommandException {
    if (got >= least) {
      return;
    }
    Bytes strict = environment.get("EXECLINE_STRICT");
    ElGetPositionals.complain(
        call,
        strict == null ? 1 : Numbers.leading(strict),
        "too few arguments: expecting at least " + least + " but got " + got);
  }
}
