package s6j.commands.notification;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-ftrig-wait [-t timeout] fifodir regexp}: waits for events, and prints the one that made
 * the expression match.
 */
final class S6FtrigWait implements Command {
  private static final String USAGE = "s6-ftrig-wait [ -t timeout ] fifodir regexp";

  @Override
  public String name() {
    return "s6-ftrig-wait";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "t:", USAGE);
    long timeout = options.number('t', 0, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes fifodir = call.arguments().get(at);
    Bytes expression = call.arguments().get(at + 1);
    int event;
    try (EventWatch watch = new EventWatch(call)) {
      watch.expect(fifodir, expression);
      event = watch.await(true, timeout);
    }
    if (event == Expectation.NOT_YET) {
      throw Timeouts.timedOut("match regexp " + expression + " on " + fifodir);
    }
    return call.printAndExit(Bytes.of(new byte[] {(byte) event, '\n'}), 0);
  }
}
