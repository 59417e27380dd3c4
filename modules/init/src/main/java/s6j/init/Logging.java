package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.io.IOException;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.supervise.ScanDirectory;

/**
 * Where output goes, by S6_LOGGING: 0 the container's stdout and stderr; 1 the catch-all logger for
 * all but CMD; 2 the logger for CMD as well. The logger is a service like others, fed by a FIFO
 * that init holds open.
 */
final class Logging {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int ABOVE = 10;
  private static final String DIRECTORY = "/var/log/s6-uncaught-logs";
  private static final long FIRST_OUT = Tag.of("first-stdout");
  private static final long FIRST_ERR = Tag.of("first-stderr");

  private final int level;
  private int firstOut = 1;
  private int firstErr = 2;

  Logging(int level) {
    this.level = level;
  }

  boolean catchAll() {
    return level != 0;
  }

  /** The descriptor of init that is CMD's stdout. */
  int cmdOut() {
    return level == 1 ? firstOut : 1;
  }

  /** The descriptor of init that is CMD's stderr. */
  int cmdErr() {
    return level == 1 ? firstErr : 2;
  }

  /**
   * Makes the FIFO and turns stdout and stderr of init into it; what it had before is kept for CMD.
   */
  void redirect(Container container) throws PosixException {
    Bytes fifo = fifo(container);
    firstOut = container.loop().takeHeld(FIRST_OUT);
    firstErr = container.loop().takeHeld(FIRST_ERR);
    if (firstOut < 0 || firstErr < 0) {
      keepFirst(container);
    }
    container.tree().catchAllOutput(firstOut, firstErr);
    // Also where an earlier runtime has done it, and perhaps undone at the end: to open a FIFO that
    // nobody has open would wait for ever.
    turn(container, fifo);
    try {
      container.console().redirect(fifo);
    } catch (IOException e) {
      container.console().warn("unable to open " + fifo + ": " + e.getMessage());
    }
  }

  /**
   * Gives init its own stdout and stderr again, after a runtime that has died before it was of any
   * use.
   */
  static void undo(Container container) {
    CallList calls = new CallList();
    for (int target = 1; target <= 2; target++) {
      int first = container.loop().takeHeld(target == 1 ? FIRST_OUT : FIRST_ERR);
      if (first >= 0) {
        calls.attempt(Syscall.DUP3, number(first), number(target), number(0));
        container.loop().unwatch(first, 0);
        calls.attempt(Syscall.CLOSE, number(first));
      }
    }
    container.attempt(calls);
  }

  /** The next runtime must know them before descriptors 1 and 2 are others. */
  private void keepFirst(Container container) throws PosixException {
    CallList keeping = new CallList();
    int out = keeping.add(Syscall.FCNTL, number(1), number(F_DUPFD_CLOEXEC), number(ABOVE));
    int err = keeping.add(Syscall.FCNTL, number(2), number(F_DUPFD_CLOEXEC), number(ABOVE));
    Results kept = container.posix().call(keeping);
    firstOut = kept.fd(out);
    firstErr = kept.fd(err);
    container.posix().hold(firstOut, FIRST_OUT);
    container.posix().hold(firstErr, FIRST_ERR);
  }

  private void turn(Container container, Bytes fifo) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(fifo),
        number(Stat.FIFO | 0600),
        number(0));
    int flags = OpenFlags.RDWR | OpenFlags.CLOEXEC;
    int opened = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    calls.add(Syscall.DUP3, resultOf(opened), number(1), number(0));
    calls.add(Syscall.DUP3, resultOf(opened), number(2), number(0));
    calls.add(Syscall.CLOSE, resultOf(opened));
    container.posix().call(calls);
  }

  /**
   * Makes the service that logs what has no logger of its own, and its log directory. Logs of
   * earlier starts stay: the original removes them.
   */
  void makeLogger(Container container) throws PosixException {
    Bytes service = container.state().slash("services").slash(ScanDirectory.CATCH_ALL);
    Bytes run =
        Bytes.of("#!/usr/bin/execlineb -P\nlogutil-service -f ")
            .plus(fifo(container))
            .plus(" " + DIRECTORY + "\n");
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(service), number(0755));
    Files.appendWrite(calls, service.slash("run"), run, 0755);
    for (String parent : new String[] {"/var", "/var/log", DIRECTORY}) {
      calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(parent), number(0755));
    }
    if (container.posix().info().isRoot()) {
      Accounts.User nobody = Accounts.read(container.posix()).nobody();
      calls.attempt(
          Syscall.FCHOWNAT,
          number(CallList.AT_FDCWD),
          string(DIRECTORY),
          number(nobody.uid()),
          number(nobody.gid()),
          number(0));
    }
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(DIRECTORY), number(02700));
    container.posix().call(calls);
  }

  /** How many bytes have been said that the logger has not written yet. */
  long unlogged(Container container) {
    return new Files(container.posix()).readable(1);
  }

  /** Gives init its own stdout and stderr again, so that the logger sees the end of its input. */
  void restore(Container container) {
    if (!catchAll()) {
      return;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.DUP3, number(firstOut), number(1), number(0));
    calls.attempt(Syscall.DUP3, number(firstErr), number(2), number(0));
    container.attempt(calls);
    try {
      container.console().restore();
    } catch (IOException e) {
      container.console().warn("unable to close the catch-all log: " + e.getMessage());
    }
  }

  static Bytes fifo(Container container) {
    return container.state().slash("uncaught-logs-fifo");
  }
}
