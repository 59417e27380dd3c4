package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.execline.language.BlockReader;
import s6j.posix.Bytes;

/**
 * {@code multisubstitute { directives } prog}: define, importas, import, elglob, elgetpositionals
 * and multidefine, all at once, so that no value is looked into by another.
 */
final class MultiSubstitute extends PureCommand {
  private final List<SubstitutingCommand> directives;

  /**
   * @param directives what may stand in the block
   */
  MultiSubstitute(List<SubstitutingCommand> directives) {
    super("multisubstitute", "{ directives... } program...");
    this.directives = List.copyOf(directives);
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    argument(call, 0);
    BlockReader blocks = new BlockReader(call, 0);
    List<Bytes> words = new ArrayList<>(blocks.next());
    if (!blocks.hasMore()) {
      throw usage();
    }
    Bindings bindings = new Bindings(call.environment());
    for (int at = 0; at < words.size(); ) {
      SubstitutingCommand directive = find(words.get(at));
      at = at + 1 + define(call, directive, words.subList(at + 1, words.size()), bindings);
    }
    return bindings.goOn(call, blocks.rest());
  }

  private SubstitutingCommand find(Bytes word) throws CommandException {
    for (SubstitutingCommand directive : directives) {
      if (word.is(directive.name())) {
        return directive;
      }
    }
    throw CommandException.fatal(
        CommandException.USAGE, "syntax error: unrecognized directive " + word);
  }

  private static int define(
      Invocation call, SubstitutingCommand directive, List<Bytes> words, Bindings bindings)
      throws CommandException {
    try {
      return directive.define(call, words, bindings);
    } catch (CommandException e) {
      if (e.level().equals("usage") || e.getMessage().equals("unterminated block")) {
        throw CommandException.fatal(
            CommandException.USAGE, "syntax error at directive " + directive.name());
      }
      if (e.getMessage().equals("bad substitution key")) {
        throw CommandException.fatal(
            CommandException.USAGE, "wrong key for directive " + directive.name());
      }
      throw e;
    }
  }
}
