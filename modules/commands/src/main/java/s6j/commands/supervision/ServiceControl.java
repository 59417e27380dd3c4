package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.chain.Before;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.FileLock;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.supervise.Status;

/** What a supervisor shows and takes: {@code supervise/status} and {@code supervise/control}. */
final class ServiceControl {
  /** No supervisor listens. */
  static final int NOT_SUPERVISED = 102;

  private static final int CONTROL_FLAGS =
      OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
  private static final int EXISTS = 0;

  private ServiceControl() {}

  /** Writes control letters; none is a check that somebody listens. */
  static void send(Invocation call, Bytes service, Bytes letters) throws CommandException {
    try {
      call.posix().call(sending(service, letters));
    } catch (PosixException e) {
      throw cannotControl(call, service, e.errno());
    }
  }

  /** The same, for a process that does nothing more. */
  static Before sending(Invocation call, Bytes service, Bytes letters) {
    return new Before(
        sending(service, letters),
        (process, e, rest) -> {
          throw cannotControl(call, service, e.errno());
        });
  }

  private static CallList sending(Bytes service, Bytes letters) {
    CallList calls = new CallList();
    Bytes fifo = service.slash("supervise").slash("control");
    int open =
        calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(CONTROL_FLAGS));
    if (!letters.isEmpty()) {
      calls.add(
          Syscall.WRITE,
          resultOf(open),
          CallList.bytes(letters.toArray()),
          number(letters.length()));
    }
    return calls;
  }

  /** Why nobody was reached: no such directory, no supervisor, or a broken control directory. */
  private static CommandException cannotControl(Invocation call, Bytes service, Errno reason) {
    if (reason.equals(Errno.ENXIO)) {
      return notListening(service);
    }
    if (reason.equals(Errno.ENOENT)) {
      CallList calls = new CallList();
      for (Bytes path : List.of(service, service.slash("supervise"))) {
        calls.attempt(
            Syscall.FACCESSAT, number(CallList.AT_FDCWD), string(path), number(EXISTS), number(0));
      }
      Results there = call.posix().attempt(calls);
      if (!there.failed(1)) {
        return CommandException.fatal(
            CommandException.USAGE,
            "something is wrong with the "
                + service.slash("supervise")
                + " directory: "
                + reason.text());
      }
      if (!there.failed(0)) {
        return notListening(service);
      }
    }
    return CommandException.fatal(
        CommandException.SYSTEM, "unable to control " + service + ": " + reason.text());
  }

  private static CommandException notListening(Bytes service) {
    return CommandException.fatal(
        NOT_SUPERVISED, "unable to control " + service + ": supervisor not listening");
  }

  /** Whether there is a supervisor: it has the lock, which those may see who may not control. */
  static boolean isSupervised(Invocation call, Bytes service) throws CommandException {
    CallList calls = new CallList();
    int lock = appendLockQuery(call, calls, service);
    return isSupervised(call.posix().attempt(calls), lock, service);
  }

  /**
   * A service at one moment.
   *
   * @param status null when its file is none
   * @param downFile whether there is a file {@code down}
   */
  record Look(Status status, boolean downFile) {}

  /** Looks at a service, in one request; null when it has no supervisor. */
  static Look look(Invocation call, Bytes service) throws CommandException, PosixException {
    CallList calls = new CallList();
    Bytes supervise = service.slash("supervise");
    int lock = appendLockQuery(call, calls, service);
    int file = appendOpen(calls, supervise.slash("status"));
    int size = Status.SIZE + 1;
    int read = calls.attempt(Syscall.READ, resultOf(file), outUpToResult(size), number(size));
    calls.attempt(Syscall.CLOSE, resultOf(file));
    int down =
        calls.attempt(
            Syscall.FACCESSAT, number(CallList.AT_FDCWD), string(service.slash("down")), number(0));
    Results results = call.posix().attempt(calls);
    if (!isSupervised(results, lock, service)) {
      return null;
    }
    for (int needed : new int[] {file, read}) {
      if (results.failed(needed)) {
        throw new PosixException(results.errno(needed), needed);
      }
    }
    return new Look(Status.parse(Bytes.of(results.buffer(read))), !results.failed(down));
  }

  private static int appendOpen(CallList calls, Bytes path) {
    int flags = OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    return calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
  }

  /** Appends the calls that ask for the lock: one opens the file, the next one asks. */
  private static int appendLockQuery(Invocation call, CallList calls, Bytes service) {
    int opened = appendOpen(calls, service.slash("supervise").slash("lock"));
    int query = FileLock.query(call.posix().info().arch());
    calls.attempt(
        Syscall.FCNTL, resultOf(opened), number(query), CallList.inOut(FileLock.exclusive()));
    calls.attempt(Syscall.CLOSE, resultOf(opened));
    return opened;
  }

  private static boolean isSupervised(Results results, int opened, Bytes service)
      throws CommandException {
    for (int needed : new int[] {opened, opened + 1}) {
      if (results.failed(needed)) {
        if (results.errno(needed).equals(Errno.ENOENT)) {
          return false;
        }
        throw CommandException.fatal(
            CommandException.SYSTEM,
            "unable to check " + service + ": " + results.errno(needed).text());
      }
    }
    return FileLock.isHeld(results.buffer(opened + 1));
  }

  /** The status file; null when it is none. */
  static Status status(Invocation call, Bytes service) throws PosixException {
    Bytes file = service.slash("supervise").slash("status");
    return Status.parse(new Files(call.posix()).read(file, Status.SIZE + 1));
  }
}
