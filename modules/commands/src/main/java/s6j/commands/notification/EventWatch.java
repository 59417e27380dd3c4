package s6j.commands.notification;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.expressions.regex.Ere;
import s6j.expressions.regex.EreException;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/** What the s6-ftrig commands do: expect series of events, perhaps run a program, wait. */
final class EventWatch implements AutoCloseable {
  private final Invocation call;
  private final Listener listener;
  private final List<Expectation> expectations = new ArrayList<>();

  EventWatch(Invocation call) {
    this.call = call;
    this.listener = new Listener(call.posix());
  }

  /** Begins to listen. */
  void expect(Bytes fifodir, Bytes expression) throws CommandException {
    String what = "subscribe to " + fifodir + " with regexp " + expression;
    try {
      expectations.add(new Expectation(Ere.compile(expression)));
      listener.listen(fifodir);
    } catch (EreException e) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to " + what + ": " + e.getMessage());
    } catch (PosixException e) {
      throw CommandException.unable(what, e);
    }
  }

  /** Runs the words from {@code from} on as a child that is not waited for. */
  void spawn(int from) throws CommandException {
    listener.spawn(call, from);
  }

  /**
   * Waits until all series have come, or one.
   *
   * @return the last event of the first series; {@link Expectation#NOT_YET} when the time has
   *     passed
   */
  int await(boolean all, long millis) {
    long deadline = Listener.deadline(millis);
    while (!arrived(all)) {
      if (Listener.isOver(deadline)) {
        return Expectation.NOT_YET;
      }
      List<byte[]> told = listener.await(deadline);
      for (int i = 0; i < told.size(); i++) {
        if (told.get(i) != null) {
          expectations.get(i).take(told.get(i));
        }
      }
    }
    return Math.max(0, expectations.getFirst().event());
  }

  private boolean arrived(boolean all) {
    int there = 0;
    for (Expectation expectation : expectations) {
      there += expectation.event() == Expectation.NOT_YET ? 0 : 1;
    }
    return all ? there == expectations.size() : there > 0;
  }

  @Override
  public void close() {
    listener.close();
  }
}
