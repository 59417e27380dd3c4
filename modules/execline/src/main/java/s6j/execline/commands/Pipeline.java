package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.SpawnPlan;

/**
 * {@code pipeline [-d] [-r | -w] { a } b}: a's stdout is b's stdin; with {@code -w} b's stdout is
 * a's stdin. a is the child, with its pid in {@code !}.
 */
final class Pipeline extends ExeclineCommand {
  Pipeline() {
    super("pipeline", "[ -d ] [ -r | -w ] { program... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "drw");
    boolean childReads = false;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'r' -> childReads = false;
        case 'w' -> childReads = true;
        default -> {}
      }
    }
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> first = blocks.next();
    if (!blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "empty remainder");
    }
    Descriptors.Pipe pipe = Descriptors.pipe(call.posix());
    int childEnd = childReads ? pipe.readEnd() : pipe.writeEnd();
    int ourEnd = childReads ? pipe.writeEnd() : pipe.readEnd();
    int childTarget = childReads ? 0 : 1;
    List<SpawnPlan.Descriptor> descriptors = Descriptors.onlyEnd(childTarget, childEnd, ourEnd);
    int pid =
        options.has('d')
            ? Children.startDetached(call, first, call.environment(), descriptors)
            : Children.start(call, first, call.environment(), descriptors);
    CallList calls = new CallList();
    Descriptors.appendClose(calls, childEnd);
    Descriptors.appendMove(calls, 1 - childTarget, ourEnd);
    Descriptors.demand(call.posix(), calls, "move pipe to standard stream");
    return call.exec(blocks.rest(), call.environment().with("!", Numbers.word(pid)));
  }
}
