package s6j.commands.process;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.commands.waiting.SignalDescriptor;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Signal;

/**
 * {@code s6-ioconnect}: copies stdin to descriptor 7 and descriptor 6 to stdout, both at once,
 * until both have ended. Under s6-ipcclient that makes it a client that talks to its caller. The
 * options 0, 1, 6 and 7, which named sockets once, mean nothing: it sees by itself what is one.
 */
final class S6Ioconnect implements Command {
  private static final String USAGE = "s6-ioconnect [ -t timeout ] [ -r fdr ] [ -w fdw ]";
  private static final int READ_FD = 6;
  private static final int WRITE_FD = 7;
  private static final int TIMED_OUT = 1;

  @Override
  public String name() {
    return "s6-ioconnect";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "0167t:r:w:", USAGE);
    long timeout = number(options, 't', 0);
    int reading = (int) number(options, 'r', READ_FD);
    int writing = (int) number(options, 'w', WRITE_FD);
    Direction out = Direction.open(call.posix(), 0, writing);
    Direction in = Direction.open(call.posix(), reading, 1);
    try {
      out.begin(call.posix());
      in.begin(call.posix());
      SignalDescriptor signals = SignalDescriptor.open(call.posix(), Signal.TERM, Signal.PIPE);
      boolean ended = connect(call.posix(), signals, out, in, timeout);
      return Next.exit(ended ? 0 : TIMED_OUT);
    } catch (PosixException e) {
      throw CommandException.unable("copy", e);
    } finally {
      out.end(call.posix());
      in.end(call.posix());
    }
  }

  private static long number(Options options, char letter, long otherwise) throws CommandException {
    long value = options.number(letter, otherwise, USAGE);
    if (value > Integer.MAX_VALUE) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }

  /** Copies until both directions have ended or TERM has come; false when the time has passed. */
  private static boolean connect(
      Posix posix, SignalDescriptor signals, Direction out, Direction in, long timeout)
      throws PosixException {
    Deadline deadline = Deadline.in(timeout);
    while (!out.ended() || !in.ended()) {
      Poll poll = new Poll();
      int told = poll.add(signals.fd(), Poll.IN);
      out.addTo(poll);
      in.addTo(poll);
      if (!poll.await(posix, deadline)) {
        if (deadline.passed()) {
          return false;
        }
        continue;
      }
      if (poll.readable(told) && signals.read().contains(Signal.TERM)) {
        return true;
      }
      if (out.go(posix, poll) | in.go(posix, poll)) {
        deadline = Deadline.in(timeout);
      }
    }
    return true;
  }
}
