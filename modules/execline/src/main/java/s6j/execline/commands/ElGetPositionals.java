package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.language.Frames;
import s6j.execline.language.Numbers;
import s6j.posix.Bytes;

/**
 * {@code elgetpositionals [-P n] prog}: the positional parameters from the environment, as keys
 * {@code #}, {@code 0}, {@code 1} ..., up to n at least, and {@code @}. EXECLINE_STRICT says what
 * fewer than n are: nothing (0), worth a warning (1), an end (2).
 */
final class ElGetPositionals extends SubstitutingCommand {
  ElGetPositionals() {
    super("elgetpositionals", "[ -P num ] program...");
  }

  @Override
  int define(Invocation call, List<Bytes> words, Bindings bindings) throws CommandException {
    Options options = options(words, "P:");
    int atLeast = options.has('P') ? small(options.argument('P')) : 0;
    List<Bytes> parameters = Frames.parameters(call.environment());
    Bytes zero = call.environment().get("0");
    if (parameters == null || zero == null) {
      throw CommandException.fatal(CommandException.SYSTEM, "bad substitution key");
    }
    if (parameters.size() < atLeast) {
      Bytes strict = call.environment().get("EXECLINE_STRICT");
      complain(
          call,
          strict == null ? 0 : Numbers.leading(strict),
          "too few arguments: expected at least " + atLeast + " but got " + parameters.size());
    }
    add(bindings, zero, parameters, atLeast, parameters);
    return options.end();
  }

  /** Says it as EXECLINE_STRICT wants: 0 not at all, 1 as a warning, more as what ends all. */
  static void complain(Invocation call, long strictness, String message) throws CommandException {
    if (strictness >= 2) {
      throw CommandException.fatal(CommandException.USAGE, message);
    }
    if (strictness == 1) {
      call.warn(message);
    }
  }

  /** Adds the keys for parameters. */
  static void add(
      Bindings bindings, Bytes zero, List<Bytes> parameters, int atLeast, List<Bytes> all)
      throws CommandException {
    int count = parameters.size();
    bindings.add(Bytes.of("#"), List.of(Numbers.word(count)));
    bindings.add(Bytes.of("0"), List.of(zero));
    for (int i = 1; i <= Math.max(count, atLeast); i++) {
      bindings.add(Numbers.word(i), List.of(i <= count ? parameters.get(i - 1) : Bytes.EMPTY));
    }
    bindings.add(Bytes.of("@"), all);
  }
}
