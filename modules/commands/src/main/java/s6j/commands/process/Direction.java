package s6j.commands.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.util.Arrays;
import s6j.chain.CommandException;
import s6j.commands.waiting.Poll;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** Bytes on their way from one non-blocking descriptor to another, until either has ended. */
final class Direction {
  private static final int CHUNK = 64 << 10;
  private static final int SHUT_RD = 0;
  private static final int SHUT_WR = 1;

  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  private final int from;
  private final int to;
  private final long[] flagsBefore = new long[2];
  private byte[] pending = new byte[0];
  private boolean ended;
  private int fromIndex;
  private int toIndex;

  private Direction(int from, int to) {
    this.from = from;
    this.to = to;
  }

  /** From one descriptor to another, neither of which is changed yet. */
  static Direction open(Posix posix, int from, int to) throws CommandException {
    Direction direction = new Direction(from, to);
    direction.flagsBefore[0] = flags(posix, from);
    direction.flagsBefore[1] = flags(posix, to);
    return direction;
  }

  private static long flags(Posix posix, int fd) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.FCNTL, number(fd), number(F_GETFL));
    try {
      return posix.call(calls).value(0);
    } catch (PosixException e) {
      throw CommandException.unable("use descriptor " + fd, e);
    }
  }

  /** Makes both non-blocking. */
  void begin(Posix posix) {
    setFlags(posix, OpenFlags.NONBLOCK);
  }

  private void setFlags(Posix posix, int more) {
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, number(from), number(F_SETFL), number(flagsBefore[0] | more));
    calls.attempt(Syscall.FCNTL, number(to), number(F_SETFL), number(flagsBefore[1] | more));
    posix.attempt(calls);
  }

  boolean ended() {
    return ended;
  }

  /** What is waited for now: something to read, or room to write. */
  void addTo(Poll poll) {
    if (!ended) {
      fromIndex = poll.add(pending.length == 0 ? from : -1, Poll.IN);
      toIndex = poll.add(to, pending.length == 0 ? 0 : Poll.OUT);
    }
  }

  /**
   * Reads or writes what can be.
   *
   * @return whether anything has moved
   */
  boolean go(Posix posix, Poll poll) throws PosixException {
    if (ended) {
      return false;
    }
    boolean moved = false;
    if (pending.length == 0 && poll.readable(fromIndex)) {
      moved = read(posix);
    }
    if (!ended && (pending.length > 0 || broken(poll))) {
      moved |= write(posix, broken(poll));
    }
    return moved;
  }

  private boolean broken(Poll poll) {
    return (poll.events(toIndex) & Poll.ERR) != 0;
  }

  private boolean read(Posix posix) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.READ, number(from), outUpToResult(CHUNK), number(CHUNK));
    Results results = posix.call(calls);
    if (results.failed(0)) {
      if (results.errno(0).equals(Errno.EAGAIN)) {
        return false;
      }
      end(posix);
      return true;
    }
    pending = results.buffer(0);
    if (pending.length == 0) {
      end(posix);
    }
    return true;
  }

  private boolean write(Posix posix, boolean broken) throws PosixException {
    if (pending.length == 0) {
      if (broken) {
        end(posix);
      }
      return broken;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.WRITE, number(to), bytes(pending), number(pending.length));
    Results results = posix.call(calls);
    if (results.failed(0)) {
      if (results.errno(0).equals(Errno.EAGAIN)) {
        return false;
      }
      end(posix);
      return true;
    }
    int written = (int) results.value(0);
    pending = Arrays.copyOfRange(pending, written, pending.length);
    return written > 0;
  }

  /**
   * Ends it; both sides are told. Descriptors that are sockets may be copies of one another, of
   * which only shutdown ends one half. Open files are shared with others, a terminal with the
   * shell: they get back the flags that they had.
   */
  void end(Posix posix) {
    if (ended) {
      return;
    }
    ended = true;
    setFlags(posix, 0);
    CallList calls = new CallList();
    calls.attempt(Syscall.SHUTDOWN, number(from), number(SHUT_RD));
    calls.attempt(Syscall.SHUTDOWN, number(to), number(SHUT_WR));
    calls.attempt(Syscall.CLOSE, number(from));
    calls.attempt(Syscall.CLOSE, number(to));
    posix.attempt(calls);
  }
}
