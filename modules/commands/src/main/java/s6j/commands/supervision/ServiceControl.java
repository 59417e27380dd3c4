package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
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

  private static final int EXISTS = 0;

  private ServiceControl() {}

  /** Writes control letters; none is a check that somebody listens. */
  static void send(Invocation call, Bytes service, Bytes letters) throws CommandException {
    CallList calls = new CallList();
    Bytes fifo = service.slash("supervise").slash("control");
    int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int open =
        calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    if (!letters.isEmpty()) {
      calls.attempt(
          Syscall.WRITE,
          resultOf(open),
          CallList.bytes(letters.toArray()),
          number(letters.length()));
    }
    Results results = call.posix().attempt(calls);
    if (!results.failed(open)) {
      return;
    }
    throw cannotControl(call, service, results.errno(open));
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

  /** Whether a supervisor listens. */
  static boolean isSupervised(Invocation call, Bytes service) throws CommandException {
    CallList calls = new CallList();
    int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    Bytes fifo = service.slash("supervise").slash("control");
    calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    calls.attempt(Syscall.CLOSE, resultOf(0));
    Results results = call.posix().attempt(calls);
    if (!results.failed(0)) {
      return true;
    }
    Errno reason = results.errno(0);
    if (reason.equals(Errno.ENXIO) || reason.equals(Errno.ENOENT)) {
      return false;
    }
    throw CommandException.fatal(
        CommandException.SYSTEM, "unable to check " + service + ": " + reason.text());
  }

  /** The status file; null when it is none. */
  static Status status(Invocation call, Bytes service) throws PosixException {
    Bytes file = service.slash("supervise").slash("status");
    return Status.parse(new Files(call.posix()).read(file, Status.SIZE + 1));
  }
}
