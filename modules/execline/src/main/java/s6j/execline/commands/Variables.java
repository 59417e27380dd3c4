package s6j.execline.commands;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.ByteBuilder;
import s6j.execline.language.Frames;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** The commands that change variables and nothing else. */
final class Variables {
  private Variables() {}

  static List<Command> commands() {
    return List.of(new Export(), new Unexport(), new ExportArray(), new EmptyEnv());
  }

  private static void checkNamed(Bytes variable) throws CommandException {
    if (variable.isEmpty() || variable.contains('=')) {
      throw CommandException.fatal(CommandException.USAGE, "invalid variable name: " + variable);
    }
  }

  /** {@code export variable value prog}. */
  private static final class Export extends PureCommand {
    Export() {
      super("export", "variable value program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 2);
      Bytes variable = argument(call, 0);
      checkNamed(variable);
      return call.exec(2, call.environment().with(variable, argument(call, 1)));
    }
  }

  /** {@code unexport variable prog}. */
  private static final class Unexport extends PureCommand {
    Unexport() {
      super("unexport", "variable program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 1);
      checkNamed(argument(call, 0));
      return call.exec(1, call.environment().without(argument(call, 0)));
    }
  }

  /** {@code export-array [-d delim] variable { values } prog}: the values, a delimiter between. */
  private static final class ExportArray extends PureCommand {
    ExportArray() {
      super("export-array", "[ -d delim ] variable { values... } program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "d:");
      Bytes delimiter = options.has('d') ? options.argument('d') : Bytes.of(":");
      Bytes variable = argument(call, options.end());
      checkVariable(variable);
      BlockReader blocks = new BlockReader(call, options.end() + 1);
      List<Bytes> values = blocks.next();
      if (values.isEmpty()) {
        throw CommandException.fatal(CommandException.USAGE, "empty block");
      }
      if (!blocks.hasMore()) {
        throw usage();
      }
      ByteBuilder joined = new ByteBuilder();
      for (int i = 0; i < values.size(); i++) {
        joined.add(i == 0 ? Bytes.EMPTY : delimiter).add(values.get(i));
      }
      return call.exec(blocks.rest(), call.environment().with(variable, joined.build()));
    }
  }

  /**
   * {@code emptyenv [-p] [-l] prog} removes all variables, but PATH ({@code -p}) and
   * LD_LIBRARY_PATH ({@code -l}); {@code emptyenv -c prog} only those that execline itself makes;
   * {@code emptyenv [-o] [-P] prog} pops a frame of options, of positional parameters.
   */
  private static final class EmptyEnv extends PureCommand {
    EmptyEnv() {
      super("emptyenv", "[ -p ] [ -l ] | -c | [ -o ] [ -P ] program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "plcoP");
      Environment environment = call.environment();
      if (options.has('c')) {
        environment = Frames.without(environment, EmptyEnv::isOurs);
      } else if (options.has('o') || options.has('P')) {
        if (options.has('o')) {
          environment = Frames.pop(environment, Frames::isOption);
        }
        if (options.has('P')) {
          environment = Frames.pop(environment, Frames::isPositional);
        }
      } else {
        environment = Environment.EMPTY;
        environment = options.has('p') ? keep(call, environment, "PATH") : environment;
        environment = options.has('l') ? keep(call, environment, "LD_LIBRARY_PATH") : environment;
      }
      return goOn(call, options.end(), environment);
    }

    private static Environment keep(Invocation call, Environment environment, String name) {
      Bytes value = call.environment().get(name);
      return value == null ? environment : environment.with(name, value);
    }

    /** Names that scripts leave behind. */
    private static boolean isOurs(Bytes name) {
      return Frames.isPositional(name)
          || Frames.isOption(name)
          || name.is("!")
          || name.is("?")
          || name.is("EXECLINE_STRICT")
          || name.startsWith("FD") && name.length() > 2 && name.at(2) >= '0' && name.at(2) <= '9';
    }
  }
}
