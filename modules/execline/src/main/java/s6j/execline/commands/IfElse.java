package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.process.Children;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;

/** {@code ifelse [-X] [-n] { test } { then } else}: goes on as one or the other. */
final class IfElse extends PureCommand {
  IfElse() {
    super("ifelse", "[ -n ] [ -X ] { test... } { then... } else...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nX");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> test = blocks.next("unterminated if block");
    if (!blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "then block required");
    }
    List<Bytes> then = blocks.next("unterminated then block");
    WaitStatus status = Children.run(call, test, call.environment());
    boolean holds = Conditions.of(options).isTrue(status);
    return orDone(call, holds ? then : blocks.rest(), call.environment());
  }
}
