package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Frames;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * {@code runblock [-P] [-n argshift] [-r] n words}: goes on as the n-th block among the positional
 * parameters, after words of its own; with {@code -r} as what follows the n-th block. The frame of
 * positional parameters is popped unless {@code -P} keeps it.
 */
final class RunBlock extends PureCommand {
  RunBlock() {
    super("runblock", "[ -P ] [ -n argshift ] [ -r ] n command...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "Pn:r");
    int skip = options.has('n') ? small(options.argument('n')) : 0;
    int n = small(argument(call, options.end()));
    boolean rest = options.has('r');
    if (n == 0 && !rest) {
      throw usage();
    }
    List<Bytes> parameters = ElGetOpt.parameters(call);
    List<Bytes> words =
        new ArrayList<>(call.arguments().subList(options.end() + 1, call.arguments().size()));
    words.addAll(chosen(call, parameters, skip, n, rest));
    Environment environment =
        options.has('P')
            ? call.environment()
            : Frames.pop(call.environment(), Frames::isPositional);
    return orDone(call, words, environment);
  }

  private static List<Bytes> chosen(
      Invocation call, List<Bytes> parameters, int skip, int n, boolean rest)
      throws CommandException {
    if (skip > parameters.size()) {
      throw tooFew();
    }
    BlockReader blocks = new BlockReader(call, parameters, skip);
    List<Bytes> block = List.of();
    for (int i = 0; i < n; i++) {
      if (!blocks.hasMore()) {
        throw tooFew();
      }
      block = blocks.next("too few arguments");
    }
    return rest ? blocks.rest() : block;
  }

  private static CommandException tooFew() {
    return CommandException.fatal(CommandException.USAGE, "too few arguments");
  }
}
