package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code tryexec [-n] [-c] [-l] [-a argv0] { a } b}: goes on as a, or as b when a cannot be
 * executed; with {@code -n} as b, or as a when b cannot be. The options are those of {@code exec},
 * for the one that is tried first.
 */
final class TryExec extends ExeclineCommand {
  TryExec() {
    super("tryexec", "[ -n ] [ -c ] [ -l ] [ -a argv0 ] { program... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Exec.Manner.LETTERS + "n");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> block = blocks.next();
    if (block.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    boolean swapped = options.has('n');
    if (swapped && !blocks.hasMore()) {
      throw CommandException.fatal(CommandException.USAGE, "empty remainder not allowed with -n");
    }
    List<Bytes> first = swapped ? blocks.rest() : block;
    List<Bytes> second = swapped ? block : blocks.rest();
    try {
      return Exec.attempt(call, Exec.Manner.of(options).exec(call, first));
    } catch (PosixException e) {
      return second.isEmpty() ? Next.exit(0) : Exec.Manner.PLAIN.exec(call, second);
    }
  }
}
