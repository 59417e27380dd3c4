package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.time.Instant;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.FileLock;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * What a supervisor makes in its service directory before it does anything else: {@code
 * supervise/}, {@code event/}, and the locks in them.
 */
final class SuperviseFiles {
  private final Posix posix;
  private final Bytes directory;
  private final Bytes supervise;
  private final Fifodir events;

  SuperviseFiles(Posix posix, Bytes directory, Fifodir events) {
    this.posix = posix;
    this.directory = directory;
    this.supervise = directory.slash("supervise");
    this.events = events;
  }

  /**
   * What has been made.
   *
   * @param lock a descriptor of {@code supervise/lock}, which is locked as long as it is open
   * @param control one of {@code supervise/control}
   * @param down whether there is a file {@code down}
   */
  record Created(int lock, int control, boolean down) {}

  /**
   * Makes everything that is not there yet.
   *
   * @throws PosixException when another supervisor has the lock, with EAGAIN or EACCES, or
   *     something cannot be made; nothing is open then
   */
  Created create() throws PosixException {
    return create(true);
  }

  /**
   * Makes the files in one exchange, whose calls may all fail, so that what was opened is known and
   * can be closed.
   *
   * @param again whether to try again when a link leads nowhere
   */
  private Created create(boolean again) throws PosixException {
    CallList calls = new CallList();
    int listing = events.appendCreate(calls, posix);
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(supervise), number(0700));
    int lock = appendLock(calls);
    int truncated = appendEmptyTally(calls, supervise.slash("death_tally"), lock + 1);
    appendFirstStatus(calls, supervise.slash("status"), lock + 1);
    // Whoever finds that somebody listens here looks at the other files.
    int fifo = appendFifo(calls, supervise.slash("control"));
    int down =
        calls.attempt(
            Syscall.FACCESSAT,
            number(CallList.AT_FDCWD),
            string(directory.slash("down")),
            number(0));
    Results results = posix.call(calls);
    if (again && (leadsNowhere(results, listing) || leadsNowhere(results, lock))) {
      closeOpened(results, lock, fifo);
      makeLinkTargets();
      return create(false);
    }
    for (int call : new int[] {lock, lock + 1, fifo, truncated}) {
      if (results.failed(call)) {
        closeOpened(results, lock, fifo);
        throw new PosixException(reason(results, call, lock - 1), call);
      }
    }
    events.tell(posix, events.listeners(posix, results, listing), Bytes.EMPTY);
    return new Created(results.fd(lock), results.fd(fifo), !results.failed(down));
  }

  /** Why a call has failed: for want of a directory, that is why the directory was not made. */
  private static Errno reason(Results results, int call, int directory) {
    boolean wanted = results.failed(directory) && !results.errno(directory).equals(Errno.EEXIST);
    return results.errno(wanted ? directory : call);
  }

  private void closeOpened(Results results, int... opened) {
    for (int call : opened) {
      if (!results.failed(call)) {
        new Files(posix).close(results.fd(call));
      }
    }
  }

  /** The directory could not be opened, although mkdir has found something of that name. */
  private static boolean leadsNowhere(Results results, int call) {
    return results.failed(call)
        && (results.errno(call).equals(Errno.ENOENT) || results.errno(call).equals(Errno.EBADF));
  }

  /** Where {@code event} and {@code supervise} are links, makes the directories they lead to. */
  private void makeLinkTargets() throws PosixException {
    CallList calls = new CallList();
    for (String name : new String[] {"event", "supervise"}) {
      Bytes target;
      try {
        target = new Files(posix).readLink(directory.slash(name));
      } catch (PosixException e) {
        continue;
      }
      Bytes path = target.startsWith("/") ? target : directory.slash(target);
      if (name.equals("event")) {
        new Fifodir(path).appendCreate(calls, posix);
      } else {
        calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0700));
      }
    }
    if (!calls.isEmpty()) {
      posix.call(calls);
    }
  }

  private static final int LOCK_FLAGS =
      OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
  private static final int CONTROL_FLAGS = OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;

  /** Appends the calls that open the lock file, and take the lock. */
  int appendLock(CallList calls) {
    int lock =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(supervise.slash("lock")),
            number(LOCK_FLAGS),
            number(0644));
    calls.attempt(
        Syscall.FCNTL,
        resultOf(lock),
        number(FileLock.set(posix.info().arch())),
        CallList.bytes(FileLock.exclusive()));
    return lock;
  }

  private static int appendFifo(CallList calls, Bytes path) {
    calls.attempt(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(Stat.FIFO | 0600),
        number(0));
    return calls.attempt(
        Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(CONTROL_FLAGS));
  }

  /** The size it is cut to is what taking the lock has returned: 0, or else nothing is cut. */
  private static int appendEmptyTally(CallList calls, Bytes path, int locking) {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int tally =
        calls.attempt(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(0644));
    int truncated = calls.attempt(Syscall.FTRUNCATE, resultOf(tally), resultOf(locking));
    calls.attempt(Syscall.CLOSE, resultOf(tally));
    return truncated;
  }

  /**
   * What an earlier supervisor has written says nothing of this one, which may die before it has
   * done anything. The flags of the renaming are what taking the lock has returned: 0, or else it
   * fails.
   */
  private static void appendFirstStatus(CallList calls, Bytes path, int locking) {
    Tai now = Tai.of(Instant.now());
    Status status = new Status(now, now, 0, new WaitStatus(0), true, false, true, true);
    Bytes fresh = path.plus(".new");
    int flags = Files.OVERWRITE | OpenFlags.NONBLOCK;
    byte[] content = status.format(Status.BEGINNING).toArray();
    int file =
        calls.attempt(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(fresh), number(flags), number(0644));
    calls.attempt(Syscall.WRITE, resultOf(file), CallList.bytes(content), number(content.length));
    calls.attempt(Syscall.CLOSE, resultOf(file));
    calls.attempt(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(fresh),
        number(CallList.AT_FDCWD),
        string(path),
        resultOf(locking));
  }

  /** Appends the calls that open the status file, read and close it. */
  int appendReadStatus(CallList calls) {
    int file =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(supervise.slash("status")),
            number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    int size = Status.SIZE + 1;
    calls.attempt(Syscall.READ, resultOf(file), outUpToResult(size), number(size));
    calls.attempt(Syscall.CLOSE, resultOf(file));
    return file;
  }

  /**
   * Opens and locks the file that no two runs of this service have at the same time; -1 when
   * another has it, one of an earlier supervisor most likely.
   */
  int lockService() throws PosixException {
    CallList calls = new CallList();
    int opened =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(supervise.slash("service-lock")),
            number(LOCK_FLAGS),
            number(0644));
    int locked =
        calls.attempt(
            Syscall.FCNTL,
            resultOf(opened),
            number(FileLock.SET_TO_PASS_ON),
            CallList.bytes(FileLock.exclusive()));
    Results results = posix.call(calls);
    if (results.failed(locked)) {
      new Files(posix).close(results.fd(opened));
      Errno reason = results.errno(locked);
      if (reason.equals(Errno.EAGAIN) || reason.equals(Errno.EACCES)) {
        return -1;
      }
      throw new PosixException(reason, locked);
    }
    return results.fd(opened);
  }
}
