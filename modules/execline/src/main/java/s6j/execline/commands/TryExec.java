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
 * executed; the options are those of {@code exec} for a, with {@code -n} for b.
 */
final class TryExec extends ExeclineCommand {
  TryExec() {
    super("tryexec", "[ -n ] [ -c ] [ -l ] [ -a argv0 ] { program... } remainder...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, Exec.Manner.LETTERS + "n");
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> first = blocks.next();
    if (first.isEmpty()) {
      return Next.exit(0);
    }
    Exec.Manner given = Exec.Manner.of(options);
    Exec.Manner plain = new Exec.Manner(false, false, null);
    boolean swapped = options.has('n');
    try {
      return Exec.attempt(call, (swapped ? plain : given).exec(call, first));
    } catch (PosixException e) {
      return blocks.hasMore() ? (swapped ? given : plain).exec(call, blocks.rest()) : Next.exit(0);
    }
  }
}
