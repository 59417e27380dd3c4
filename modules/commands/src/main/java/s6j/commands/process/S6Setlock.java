package s6j.commands.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.control.TimedWait;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Errno;
import s6j.posix.FileLock;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code s6-setlock}: takes a lock on a file and runs a program that keeps it, because it has the
 * file's descriptor. With -t the lock is waited for by a child that shares the open file: fcntl
 * itself knows no time limit.
 */
final class S6Setlock implements Command {
  private static final String USAGE =
      "s6-setlock [ -r | -w ] [ -n | -N | -t timeout ] [ -d fd ] lockfile prog...";
  private static final int NOT_ACQUIRED = 1;

  /** How the lock is waited for. */
  private enum Patience {
    NONE,
    LIMITED,
    FOREVER
  }

  @Override
  public String name() {
    return "s6-setlock";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "nNrwt:d:", USAGE);
    Patience patience = Patience.FOREVER;
    boolean shared = false;
    long millis = 0;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'n' -> patience = Patience.NONE;
        case 'N' -> patience = Patience.FOREVER;
        case 't' -> {
          patience = Patience.LIMITED;
          millis = unsigned(option.argument());
        }
        case 'd' -> unsigned(option.argument());
        default -> shared = option.letter() == 'r';
      }
    }
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes file = call.arguments().get(options.end());
    int fd = open(call.posix(), file, shared);
    if (patience == Patience.LIMITED) {
      lockWithin(call.posix(), fd, shared, millis);
    } else {
      lock(call.posix(), file, fd, shared, patience == Patience.FOREVER);
    }
    if (options.has('d')) {
      move(call.posix(), fd, (int) unsigned(options.argument('d')));
    }
    return call.exec(options.end() + 1, call.environment());
  }

  private static long unsigned(Bytes word) throws CommandException {
    long value = Options.unsigned(word);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }

  /** For a shared lock reading is enough, but the file is created when it is not there. */
  private static int open(Posix posix, Bytes file, boolean shared) throws CommandException {
    int creating = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.NONBLOCK;
    if (!shared) {
      try {
        return open(posix, file, creating);
      } catch (PosixException e) {
        throw CommandException.unable("open " + file + " for writing", e);
      }
    }
    try {
      return open(posix, file, OpenFlags.RDONLY | OpenFlags.NONBLOCK);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw CommandException.unable("open " + file + " for reading", e);
      }
    }
    try {
      int created = open(posix, file, creating);
      int fd = open(posix, file, OpenFlags.RDONLY | OpenFlags.NONBLOCK);
      move(posix, fd, created);
      return created;
    } catch (PosixException e) {
      throw CommandException.unable("create " + file, e);
    }
  }

  private static int open(Posix posix, Bytes file, int flags) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(file), number(flags), number(0666));
    return posix.call(calls).fd(0);
  }

  private static void move(Posix posix, int from, int to) throws CommandException {
    if (from == to) {
      return;
    }
    CallList calls = new CallList();
    calls.add(Syscall.DUP3, number(from), number(to), number(0));
    calls.add(Syscall.CLOSE, number(from));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("move the lock to descriptor " + to, e);
    }
  }

  private static void lock(Posix posix, Bytes file, int fd, boolean shared, boolean wait)
      throws CommandException {
    CallList calls = new CallList();
    Arch arch = posix.info().arch();
    appendLock(calls, fd, wait ? FileLock.await(arch) : FileLock.set(arch), shared);
    try {
      posix.call(calls);
    } catch (PosixException e) {
      // What the system calls "try again" is that somebody has the lock.
      String reason =
          e.is(Errno.EAGAIN) || e.is(Errno.EACCES) ? Errno.EBUSY.text() : e.getMessage();
      throw CommandException.fatal(NOT_ACQUIRED, "unable to lock " + file + ": " + reason);
    }
  }

  private static void appendLock(CallList calls, int fd, int how, boolean shared) {
    byte[] lock = shared ? FileLock.shared() : FileLock.exclusive();
    calls.add(Syscall.FCNTL, number(fd), number(how), bytes(lock));
  }

  private static void lockWithin(Posix posix, int fd, boolean shared, long millis)
      throws CommandException {
    CallList calls = new CallList();
    appendLock(calls, fd, FileLock.AWAIT_TO_PASS_ON, shared);
    calls.add(Syscall.EXIT_GROUP, number(0));
    try {
      Posix child = posix.fork();
      int pid = child.info().pid();
      Thread.ofVirtual().name("lock-" + pid).start(() -> lockAndExit(child, calls));
      // No time at all would mean for ever to those who wait.
      WaitStatus status = TimedWait.waitFor(posix, pid, Math.max(1, millis));
      if (status == null) {
        CallList killing = new CallList();
        killing.attempt(Syscall.KILL, number(pid), number(Signal.KILL.number()));
        posix.attempt(killing);
        posix.waitFor(pid);
        throw CommandException.fatal(
            NOT_ACQUIRED, "unable to acquire lock: " + Errno.ETIMEDOUT.text());
      }
      if (status.raw() != 0) {
        throw CommandException.fatal(NOT_ACQUIRED, "unable to acquire lock");
      }
    } catch (PosixException e) {
      throw CommandException.unable("acquire lock", e);
    }
  }

  private static void lockAndExit(Posix child, CallList calls) {
    try (child) {
      child.call(calls);
    } catch (PosixException e) {
      child.exit(NOT_ACQUIRED);
    } catch (DisconnectedException e) {
      // It has the lock and has exited, or was killed.
      return;
    }
  }
}
