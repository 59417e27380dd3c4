package s6j.execline.commands;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Children;
import s6j.execline.process.Reaper;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/** Runs a command line for one value after another: what {@code forx} and its kin share. */
final class Loop {
  /** The letters of its options. */
  static final String LETTERS = "Eepo:x:P:";

  private final Invocation call;
  private final Bytes variable;
  private final List<Bytes> words;
  private final boolean imports;
  private final ExitCodes codes;
  private final int parallel;
  private final Set<Integer> running = new HashSet<>();

  private Loop(
      Invocation call,
      Bytes variable,
      List<Bytes> words,
      boolean imports,
      ExitCodes codes,
      int parallel) {
    this.call = call;
    this.variable = variable;
    this.words = words;
    this.imports = imports;
    this.codes = codes;
    this.parallel = parallel;
  }

  static Loop of(
      ExeclineCommand command, Invocation call, Options options, Bytes variable, List<Bytes> words)
      throws CommandException {
    ExeclineCommand.checkVariable(variable);
    ExitCodes codes = ExitCodes.NEVER_STOP;
    int parallel = 0;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'o', 'x' -> codes = ExitCodes.parse(option.argument(), option.letter() == 'x');
        case 'p' -> parallel = Integer.MAX_VALUE;
        case 'P' -> parallel = command.small(option.argument());
        default -> {}
      }
      if (codes == null) {
        throw command.usage();
      }
    }
    if (words.isEmpty()) {
      throw command.usage();
    }
    return new Loop(call, variable, words, CapturedText.importsItself(options), codes, parallel);
  }

  /**
   * Runs the command line with this value.
   *
   * @return the exit the loop ends with, or null when it goes on
   */
  Next offer(Bytes value) throws CommandException {
    List<Bytes> line = imports ? CapturedText.substituted(variable, value, words) : words;
    Environment environment =
        imports ? call.environment().without(variable) : call.environment().with(variable, value);
    if (parallel > 0) {
      running.add(line.isEmpty() ? 0 : Children.start(call, line, environment));
      reap(parallel - 1);
      return null;
    }
    int code = Children.approximateCode(Children.run(call, line, environment));
    return codes.stops(code) ? Next.exit(code) : null;
  }

  /** Waits until no more than so many of the children are running. */
  private void reap(int most) throws CommandException {
    running.remove(0);
    try {
      while (running.size() > most) {
        Reaper.Ended ended = Reaper.await(call.posix(), Reaper.ANY);
        if (ended.pid() < 0) {
          running.clear();
        }
        running.remove(ended.pid());
      }
    } catch (PosixException e) {
      throw CommandException.unable("wait", e);
    }
  }

  /** Waits for what is still running. */
  void end() throws CommandException {
    reap(0);
  }
}
