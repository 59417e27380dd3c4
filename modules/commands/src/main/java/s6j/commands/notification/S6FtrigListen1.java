package s6j.commands.notification;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-ftrig-listen1 [-t timeout] fifodir regexp prog...}: listens, then runs a program, then
 * waits for the events, and prints the one that made the expression match.
 */
final class S6FtrigListen1 implements Command {
  private static final String USAGE = "s6-ftrig-listen1 [ -t timeout ] fifodir regexp prog...";

  @Override
  public String name() {
    return "s6-ftrig-listen1";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    long timeout = options.number('t', 0, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 3) {
      throw CommandException.usage(USAGE);
    }
    int event;
    try (EventWatch watch = new EventWatch(call)) {
      watch.expect(call.arguments().get(at), call.arguments().get(at + 1));
      watch.spawn(at + 2);
      event = watch.await(true, timeout);
    }
    if (event == Expectation.NOT_YET) {
      throw Timeouts.timedOut("get expected event");
    }
    return call.printAndExit(Bytes.of(new byte[] {(byte) event, '\n'}), 0);
  }
}
