package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.process.Children;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;

/** {@code if [-X] [-n] [-t | -x code] { a } b}: b when a succeeds, else a's code. */
final class If extends PureCommand {
  If() {
    super("if", "[ -X ] [ -n ] [ -t | -x exitcode ] { test... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nXtx:");
    int code = -1;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 't' -> code = 0;
        case 'x' -> code = exitCode(option.argument());
        default -> {}
      }
    }
    BlockReader blocks = new BlockReader(call, options.end());
    WaitStatus status = Children.run(call, blocks.next(), call.environment());
    Conditions conditions = Conditions.of(options);
    if (conditions.isTrue(status)) {
      return orDone(call, blocks.rest(), call.environment());
    }
    if (code >= 0) {
      return Next.exit(code);
    }
    return Next.exit(conditions.negated() ? 1 : Children.approximateCode(status));
  }

  private int exitCode(Bytes word) throws CommandException {
    int code = small(word);
    if (code > 255) {
      throw CommandException.fatal(CommandException.USAGE, "invalid exit code");
    }
    return code;
  }
}
