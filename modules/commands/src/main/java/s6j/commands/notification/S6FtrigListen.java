package s6j.commands.notification;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-ftrig-listen [-a|-o] [-t timeout] { fifodir regexp ... } prog...}: listens, then runs a
 * program, then waits for the events of all fifodirs, or of one.
 */
final class S6FtrigListen implements Command {
  private static final String USAGE =
      "s6-ftrig-listen [ -a | -o ] [ -t timeout ] fifodir1 regexp1 ... \"\" prog...";

  @Override
  public String name() {
    return "s6-ftrig-listen";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "aot:", USAGE);
    long timeout = options.number('t', 0, USAGE);
    boolean all = true;
    for (Options.Option option : options.list()) {
      if (option.letter() != 't') {
        all = option.letter() == 'a';
      }
    }
    List<Bytes> block = Block.of(call.arguments(), options.end());
    int program = options.end() + (block == null ? 0 : block.size()) + 1;
    if (block == null
        || block.isEmpty()
        || block.size() % 2 != 0
        || program >= call.arguments().size()) {
      throw CommandException.usage(USAGE);
    }
    try (EventWatch watch = new EventWatch(call)) {
      for (int i = 0; i < block.size(); i += 2) {
        watch.expect(block.get(i), block.get(i + 1));
      }
      watch.spawn(program);
      if (watch.await(all, timeout) == Expectation.NOT_YET) {
        throw Timeouts.timedOut("get expected event");
      }
    }
    return Next.exit(0);
  }
}
