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

/** {@code ifte [-X] [-n] { then } { else } test}: the test is what comes last, and a child. */
final class IfTe extends PureCommand {
  IfTe() {
    super("ifte", "[ -X ] [ -n ] { then... } { else... } test...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nX");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> then = blocks.next("unterminated then block");
    if (!blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "else block required");
    }
    List<Bytes> otherwise = blocks.next("unterminated else block");
    if (!blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "empty command-if");
    }
    WaitStatus status = Children.run(call, blocks.rest(), call.environment());
    boolean holds = Conditions.of(options).isTrue(status);
    return orDone(call, holds ? then : otherwise, call.environment());
  }
}
