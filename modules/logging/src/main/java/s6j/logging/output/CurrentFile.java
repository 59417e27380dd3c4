package s6j.logging.output;

import static s6j.posix.CallList.number;

import java.util.ArrayDeque;
import java.util.Deque;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** The file {@code current} of a log directory, and what is to be written to it. */
final class CurrentFile {
  /** How often to look whether the file is still there, while lines come. */
  private static final long LOOK_MILLIS = 1000;

  /** How much is written by one call. */
  private static final int PIECE = 1 << 20;

  private final Posix posix;
  private final LogFiles files;
  private final long fileSize;
  private final long tolerance;
  private final ByteQueue pending = new ByteQueue();

  /** Where in all that was ever added a file is to end. */
  private final Deque<Long> ends = new ArrayDeque<>();

  private int fd;
  private long added;
  private long written;

  /** The size of the file that the next line goes to, once all that is pending is written. */
  private long size;

  private int call = -1;
  private int look = -1;
  private long lookAt;
  private boolean linked;
  private boolean removed;
  private boolean postponed;
  private boolean synced;
  private boolean renamed;

  CurrentFile(
      Posix posix, LogFiles files, LogDirectory.Current opened, long fileSize, long tolerance) {
    this.posix = posix;
    this.files = files;
    this.fd = opened.fd();
    this.size = opened.size();
    this.linked = opened.linked();
    this.fileSize = fileSize;
    this.tolerance = tolerance;
  }

  ByteQueue pending() {
    return pending;
  }

  /** A line has been added to what is pending. */
  void lineAdded(int length) {
    added += length;
    size += length;
    if (size + tolerance >= fileSize && !postponed) {
      endFile();
    }
  }

  /** The file ends here, unless it is empty. */
  void endFile() {
    if (size > 0) {
      ends.add(added);
      size = 0;
    }
  }

  /** Whether the file is to end somewhere in what is pending, or right before it. */
  boolean endsSoon() {
    return !ends.isEmpty();
  }

  /** Whether the file goes on after all that is pending, or ends right there. */
  boolean endsAtLastLine() {
    return ends.isEmpty() || ends.peek() == added;
  }

  boolean atEnd() {
    return !ends.isEmpty() && ends.peek() == written;
  }

  /** The file does not end yet: the one before it is still being archived. It goes on growing. */
  void postponeEnd() {
    ends.clear();
    postponed = true;
    size = fileSize;
  }

  /** The file ends after what is pending, if it should have ended before. */
  void endIfPostponed() {
    if (postponed) {
      postponed = false;
      ends.clear();
      endFile();
    }
  }

  /** Writes up to where the file ends, in an exchange of its own. */
  void writeToEnd() throws PosixException {
    while (!atEnd()) {
      int length = (int) Math.min(PIECE, ends.peek() - written);
      CallList calls = new CallList();
      calls.add(Syscall.WRITE, number(fd), pending.view(length), number(length));
      wrote(posix.call(calls).value(0));
    }
  }

  private void wrote(long count) {
    pending.remove((int) count);
    written += count;
  }

  /** Whether somebody has removed the file. What would be written to it is kept. */
  boolean removed() {
    return removed;
  }

  /** Goes on in another file, which is there. */
  void replace(LogDirectory.Current opened) {
    close(fd);
    fd = opened.fd();
    linked = opened.linked();
    removed = false;
    synced = false;
    renamed = false;
    if (atEnd()) {
      ends.remove();
    }
    if (ends.isEmpty()) {
      size = opened.size() + pending.size();
    }
  }

  /** Appends the call that writes what is pending. */
  void appendWrite(CallList calls, long now) {
    look = -1;
    if (linked && now >= lookAt && !pending.isEmpty()) {
      lookAt = now + LOOK_MILLIS;
      look = calls.attemptFstat(number(fd));
    }
    int length = Math.min(PIECE, pending.size());
    if (length == 0) {
      pending.shrink();
    }
    call =
        length == 0
            ? -1
            : calls.attempt(Syscall.WRITE, number(fd), pending.view(length), number(length));
  }

  /** Throws when the call has failed. */
  void settle(Results results) throws PosixException {
    if (call < 0) {
      return;
    }
    int made = call;
    call = -1;
    if (look >= 0 && !results.failed(look) && Stat.of(results.buffer(look)).links() == 0) {
      removed = true;
      throw new PosixException(Errno.ENOENT, look);
    }
    if (results.failed(made)) {
      throw new PosixException(results.errno(made), made);
    }
    wrote(results.value(made));
  }

  /**
   * Makes {@code current} {@code previous}, and a new one; what has been done is not done again.
   */
  void startNew() throws PosixException {
    CallList calls = new CallList();
    int sync = -1;
    int rename = -1;
    if (!synced) {
      sync = calls.add(Syscall.FSYNC, number(fd));
    }
    if (!renamed) {
      rename = LogFiles.addRename(calls, files.current, files.previous);
    }
    int opened = LogFiles.addOpen(calls, files.current, LogFiles.WRITE_FLAGS);
    try {
      int fresh = posix.call(calls).fd(opened);
      close(fd);
      fd = fresh;
      synced = false;
      renamed = false;
      ends.remove();
    } catch (PosixException e) {
      synced |= sync < e.index() || e.is(Errno.EINVAL) && sync == e.index();
      renamed |= rename < e.index();
      removed = linked && e.is(Errno.ENOENT);
      throw e;
    }
  }

  private void close(int old) {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(old));
    posix.attempt(calls);
  }

  /** Marks the file as complete: whoever comes next goes on with it. */
  void complete(int mode) throws PosixException {
    CallList calls = new CallList();
    int sync = calls.attempt(Syscall.FSYNC, number(fd));
    Results results = posix.call(calls);
    if (results.failed(sync) && !results.errno(sync).equals(Errno.EINVAL)) {
      throw new PosixException(results.errno(sync), sync);
    }
    CallList marking = new CallList();
    marking.add(Syscall.FCHMOD, number(fd), number(mode));
    marking.attempt(Syscall.CLOSE, number(fd));
    posix.call(marking);
  }
}
