package s6j.supervise;

import java.time.Instant;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.WaitStatus;

/**
 * What an earlier JVM has left of a service that it supervised to its death. The children of init
 * are the truth about processes, the status file about the rest.
 */
final class Inheritance {
  private final ServiceFiles files;
  private final KillLimit killLimit;
  private final Results results;
  private final int lock;
  private final int file;
  private final int limit;
  private final int run;
  private final int finish;

  /**
   * Takes over the processes of the service in a directory, and reads the files about it. The lock
   * is still init's; it is taken again to have a descriptor of it.
   */
  Inheritance(
      EventLoop loop,
      Bytes directory,
      ServiceFiles files,
      SuperviseFiles own,
      KillLimit killLimit) {
    this.files = files;
    this.killLimit = killLimit;
    CallList calls = new CallList();
    lock = own.appendLock(calls);
    file = own.appendReadStatus(calls);
    limit = killLimit.appendRead(calls);
    // Whatever has become of the directory, its processes are ours to look after.
    results = loop.posix().attempt(calls);
    finish = loop.inherit(Starter.tag("finish", directory));
    if (finish != 0) {
      loop.disinherit(Starter.tag("run", directory), 0);
    }
    run = finish == 0 ? loop.inherit(Starter.tag("run", directory)) : 0;
  }

  /** A descriptor of the lock, or -1. */
  int lockFd() {
    return results.failed(lock) ? -1 : results.fd(lock);
  }

  /** The pid of run, 0 when it has none. */
  int run() {
    return run;
  }

  /** The pid of finish, 0 when it has none. */
  int finish() {
    return finish;
  }

  /** Whether the earlier JVM has died in the middle of beginning: nothing has been done yet. */
  boolean isOfBeginning() {
    return run == 0 && finish == 0 && unwritten();
  }

  private boolean unwritten() {
    return results.failed(file)
        ? results.errno(file).equals(Errno.ENOENT)
        : hasFlag(Status.BEGINNING);
  }

  private boolean hasFlag(int flag) {
    return !results.failed(file + 1) && Status.has(flag, Bytes.of(results.buffer(file + 1)));
  }

  /** What the machine has to know of it. */
  Machine.Left left(ServiceFiles.Warnings warnings, long nowMs) {
    Status status = unwritten() ? unknown() : status(warnings);
    boolean known = isOf(status);
    long killAt = killLimit.in(results, limit, status.changed());
    return new Machine.Left(
        status,
        run,
        finish,
        hasFlag(Status.LEAVING),
        known ? sinceMs(status.changed()) : 0,
        !known || killAt == KillLimit.NONE ? -1 : Math.max(killAt - nowMs, 0));
  }

  /** Whether the status is about the process that there is, or says rightly that there is none. */
  boolean isOf(Status status) {
    return status.pid() == (finish == 0 ? run : finish);
  }

  private Status status(ServiceFiles.Warnings warnings) {
    int read = file + 1;
    String reason = "not understood";
    if (results.failed(read)) {
      reason = results.errno(results.failed(file) ? file : read).text();
    } else {
      Status status = Status.parse(Bytes.of(results.buffer(read)));
      if (status != null) {
        return status;
      }
    }
    warnings.warn(
        "unable to read supervise/status: " + reason + "; the file down says what is to be");
    return unknown();
  }

  private Status unknown() {
    Tai now = Tai.of(Instant.now());
    boolean down = isDown();
    return new Status(now, now, 0, new WaitStatus(0), false, false, !down, false);
  }

  /** Whether there is a file {@code down}. */
  boolean isDown() {
    return files.has("down");
  }

  /** How long ago that was by the clock on the wall, which may have been set since. */
  private static long sinceMs(Tai moment) {
    return Instant.now().toEpochMilli() - moment.toInstant().toEpochMilli();
  }
}
