package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.posix.Bytes;

/** {@code foreground { a } b}: runs a, then b with a's status in {@code ?}. */
final class Foreground extends PureCommand {
  Foreground() {
    super("foreground", "{ program... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    BlockReader blocks = new BlockReader(call, 0);
    List<Bytes> first = blocks.next();
    int status = Children.runAnyway(call, first);
    return orDone(call, blocks.rest(), call.environment().with("?", Numbers.word(status)));
  }
}
