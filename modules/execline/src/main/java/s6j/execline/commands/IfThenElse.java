package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;

/**
 * {@code ifthenelse [-X] [-s] { test } { then } { else } rest}: runs one or the other in a child,
 * then goes on with the rest and the status in {@code ?}. With {@code -s} the block is put before
 * the rest instead.
 */
final class IfThenElse extends PureCommand {
  IfThenElse() {
    super("ifthenelse", "[ -X ] [ -s ] { test... } { then... } { else... } [ remainder... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "Xs");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> test = blocks.next("unterminated if block");
    if (!blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "then block required");
    }
    List<Bytes> then = blocks.next("unterminated then block");
    List<Bytes> otherwise = blocks.next("unterminated else block");
    WaitStatus status = Children.run(call, test, call.environment());
    List<Bytes> chosen = Conditions.of(options).isTrue(status) ? then : otherwise;
    if (options.has('s')) {
      List<Bytes> all = new ArrayList<>(chosen);
      all.addAll(blocks.rest());
      return orDone(call, all, call.environment());
    }
    int code = Children.runAnyway(call, chosen);
    return orDone(call, blocks.rest(), call.environment().with("?", Numbers.word(code)));
  }
}
