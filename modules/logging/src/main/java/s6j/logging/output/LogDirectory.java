package s6j.logging.output;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.time.Instant;
import java.util.List;
import s6j.chain.CommandException;
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

/**
 * Opens a log directory: makes it, locks it, and brings to its end what a logger that was killed
 * has left half done. What is on disk is the protocol of s6-log, so that either takes over from the
 * other.
 */
final class LogDirectory {
  private static final int STATE_FLAGS = Files.OVERWRITE;

  private final Posix posix;
  private final LogFiles files;
  private final int umask;
  private long seconds;
  private int nanos;
  private boolean recovered;

  private LogDirectory(Posix posix, LogFiles files, int umask) {
    this.posix = posix;
    this.files = files;
    this.umask = umask;
    Instant now = Instant.now();
    seconds = now.getEpochSecond();
    nanos = now.getNano();
  }

  /**
   * An open {@code current}.
   *
   * @param fd its descriptor
   * @param size its size
   * @param linked whether the file system says that it has a name
   * @param recovered whether remnants may have become archived files, so that there may be too many
   */
  record Current(int fd, long size, boolean linked, boolean recovered) {}

  /** Opens a directory; the process must have no other logger on it. */
  static Current open(Posix posix, LogFiles files, int umask) throws CommandException {
    LogDirectory directory = new LogDirectory(posix, files, umask);
    directory.makeAndLock();
    directory.recover();
    try {
      return directory.openCurrent();
    } catch (PosixException e) {
      throw CommandException.unable("open " + files.current, e);
    }
  }

  private void makeAndLock() throws CommandException {
    CallList making = new CallList();
    making.attempt(
        Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(files.directory), number(02700));
    making.attempt(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(files.lock),
        number(OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC),
        number(0666));
    making.attempt(
        Syscall.FCNTL,
        resultOf(1),
        number(FileLock.set(posix.info().arch())),
        CallList.bytes(FileLock.exclusive()));
    Results made = posix.attempt(making);
    if (made.failed(0) && !made.errno(0).equals(Errno.EEXIST)) {
      throw CommandException.unable(
          "mkdir " + files.directory, new PosixException(made.errno(0), 0));
    }
    if (made.failed(1)) {
      throw CommandException.unable("open " + files.lock, new PosixException(made.errno(1), 1));
    }
    if (made.failed(2)) {
      Errno errno = made.errno(2);
      boolean held = errno.equals(Errno.EAGAIN) || errno.equals(Errno.EACCES);
      throw CommandException.unable(
          "lock " + files.lock, new PosixException(held ? Errno.EBUSY : errno, 2));
    }
  }

  /**
   * A complete {@code current} is gone on with. Any other is a remnant, as are the files of an
   * archiving that was interrupted: they become archived files, except for those of which there is
   * a better one. A remnant beside a complete {@code current} is kept as well: nothing is lost,
   * whoever left it.
   */
  private void recover() throws CommandException {
    CallList looking = new CallList();
    looking.attemptStat(files.current);
    looking.attemptStat(files.processed);
    looking.attemptStat(files.previous);
    Results looked = posix.attempt(looking);
    Stat current = found(looked, 0);
    Stat processed = found(looked, 1);
    Stat previous = found(looked, 2);
    boolean clean = current != null && complete(current);
    if (clean && previous == null && processed == null) {
      return;
    }
    recovered = current != null || previous != null || processed != null;
    CallList cleaning = new CallList();
    if (!clean) {
      LogFiles.attemptUnlink(cleaning, files.state);
      int state = LogFiles.attemptOpen(cleaning, files.state, STATE_FLAGS);
      cleaning.attempt(Syscall.CLOSE, resultOf(state));
    }
    LogFiles.attemptUnlink(cleaning, files.newState);
    boolean haveProcessed = processed != null && complete(processed);
    if (!haveProcessed) {
      LogFiles.attemptUnlink(cleaning, files.processed);
    }
    posix.attempt(cleaning);
    if (haveProcessed) {
      archive("processed .s", files.processed, processed, 's');
      remove(files.previous);
    } else if (previous != null) {
      archive("previous .u", files.previous, previous, 'u');
    }
    if (!clean && current != null) {
      archive("current .u", files.current, current, 'u');
    }
  }

  private static Stat found(Results results, int index) {
    return results.failed(index) ? null : Stat.of(results.buffer(index));
  }

  private static boolean complete(Stat stat) {
    return (stat.mode() & LogFiles.COMPLETE) != 0;
  }

  /** Gives a file its archived name; one that is empty, or has been given it already, just goes. */
  private void archive(String what, Bytes path, Stat stat, char kind) throws CommandException {
    try {
      while (stat.size() > 0 && !(stat.links() > 1 && hasArchivedName(stat))) {
        if (link(path, kind)) {
          break;
        }
      }
      remove(path);
    } catch (PosixException e) {
      throw CommandException.unable("finish " + what + " for logdir " + files.directory, e);
    }
  }

  /** Whether it could be linked; it cannot when there is a file of this very nanosecond. */
  private boolean link(Bytes path, char kind) throws PosixException {
    CallList calls = new CallList();
    LogFiles.addLink(calls, path, files.archive(seconds, nanos, kind));
    nanos++;
    if (nanos == 1_000_000_000) {
      nanos = 0;
      seconds++;
    }
    try {
      posix.call(calls);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw e;
    }
  }

  /** The logger was killed after it had linked the file and before it had removed the old name. */
  private boolean hasArchivedName(Stat stat) throws PosixException {
    Files all = new Files(posix);
    List<Bytes> paths =
        LogFiles.archives(all.list(files.directory)).stream()
            .map(name -> files.directory.plus("/").plus(name))
            .toList();
    for (Stat other : all.stats(paths)) {
      if (other != null && other.inode() == stat.inode() && other.device() == stat.device()) {
        return true;
      }
    }
    return false;
  }

  private void remove(Bytes path) {
    CallList calls = new CallList();
    LogFiles.attemptUnlink(calls, path);
    posix.attempt(calls);
  }

  private Current openCurrent() throws PosixException {
    CallList calls = new CallList();
    int fd = LogFiles.addOpen(calls, files.current, LogFiles.WRITE_FLAGS);
    calls.attempt(Syscall.FCHMOD, resultOf(fd), number(0666 & ~umask));
    int size = calls.attemptStat(files.current);
    Results results = posix.call(calls);
    if (results.failed(size)) {
      return new Current(results.fd(fd), 0, false, recovered);
    }
    Stat stat = Stat.of(results.buffer(size));
    return new Current(results.fd(fd), stat.size(), stat.links() > 0, recovered);
  }
}
