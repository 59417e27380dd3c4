package s6j.commands.portable.stream;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * Copies what a descriptor has to another, to its end. Within the kernel where it can: from a pipe,
 * or from a file; else through us.
 */
public final class Copy {
  private static final int SPLICES = 64;
  private static final int SPLICE_SIZE = 1 << 20;
  private static final int SENDFILE_SIZE = 1 << 30;

  private final Posix posix;
  private final int from;
  private final int to;

  private Copy(Posix posix, int from, int to) {
    this.posix = posix;
    this.from = from;
    this.to = to;
  }

  /** Copies all that is left. */
  public static void all(Posix posix, int from, int to) throws CommandException {
    Copy copy = new Copy(posix, from, to);
    Stat stat = Descriptor.stat(posix, from);
    int type = stat == null ? 0 : stat.type();
    boolean done = type == Stat.FIFO && copy.splice() || type == Stat.REGULAR && copy.sendFile();
    if (!done) {
      copy.through();
    }
  }

  private boolean splice() {
    for (; ; ) {
      CallList calls = new CallList();
      for (int i = 0; i < SPLICES; i++) {
        calls.attempt(
            Syscall.SPLICE,
            number(from),
            nothing(),
            number(to),
            nothing(),
            number(SPLICE_SIZE),
            nothing());
      }
      Results results = posix.attempt(calls);
      for (int i = 0; i < SPLICES; i++) {
        if (results.failed(i) && !results.errno(i).equals(Errno.EINTR)) {
          return false;
        }
        if (results.value(i) == 0) {
          return true;
        }
      }
    }
  }

  private boolean sendFile() {
    for (; ; ) {
      CallList calls = new CallList();
      // Mostly the second one finds the end, which saves an exchange.
      for (int i = 0; i < 2; i++) {
        calls.attempt(Syscall.SENDFILE, number(to), number(from), nothing(), number(SENDFILE_SIZE));
      }
      Results results = posix.attempt(calls);
      for (int i = 0; i < 2; i++) {
        if (results.failed(i) && !results.errno(i).equals(Errno.EINTR)) {
          return false;
        }
        if (results.value(i) == 0) {
          return true;
        }
      }
    }
  }

  /** Also finds out why it cannot be done, if it cannot. */
  private void through() throws CommandException {
    Transfer transfer = new Transfer(posix, to);
    for (byte[] read = transfer.read(from, Transfer.CHUNK);
        read.length > 0;
        read = transfer.read(from, Transfer.CHUNK)) {
      transfer.put(read, 0, read.length);
    }
    transfer.flush();
  }
}
