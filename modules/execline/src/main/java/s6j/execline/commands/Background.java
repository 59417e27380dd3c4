package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.posix.Bytes;

/** {@code background [-d] { a } b}: b, while a runs; a's pid is in {@code !}. */
final class Background extends ExeclineCommand {
  Background() {
    super("background", "[ -d ] { program... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "d");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> first = blocks.next();
    if (first.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    int pid =
        options.has('d')
            ? Children.startDetached(call, first, call.environment(), List.of())
            : Children.start(call, first, call.environment());
    return orDone(call, blocks.rest(), call.environment().with("!", Numbers.word(pid)));
  }
}
