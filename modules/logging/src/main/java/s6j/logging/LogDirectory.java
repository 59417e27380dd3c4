package s6j.logging;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * A log directory of {@code s6-log}: {@code current} is written to, and becomes an archive named by
 * the time when it is full. The modes of files tell, after a crash, how far a rotation had come.
 */
final class LogDirectory {
  private static final int ARCHIVE_NAME_LENGTH = 27;
  private static final int OWNER_X = 0100;

  private final Posix posix;
  private final Files files;
  private final Bytes path;
  private final LogScript.Rotation rotation;
  private final Warnings warnings;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private int fd = -1;
  private int mode = 0644;
  private long size;
  private long openedSecond;
  private Instant lastName = Instant.EPOCH;

  /** Where warnings go. */
  interface Warnings {
    /** One line, without its end. */
    void warn(String message);
  }

  LogDirectory(Posix posix, Bytes path, LogScript.Rotation rotation, Warnings warnings) {
    this.posix = posix;
    this.files = new Files(posix);
    this.path = path;
    this.rotation = rotation;
    this.warnings = warnings;
  }

  /** Makes or takes over the directory. */
  void open() throws CommandException {
    try {
      lock();
      recover();
      openCurrent();
    } catch (PosixException e) {
      throw CommandException.unable("open log directory " + path, e);
    }
  }

  private void lock() throws PosixException, CommandException {
    CallList calls = new CallList();
    int made =
        calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0700));
    int mask = calls.add(Syscall.UMASK, number(022));
    calls.add(Syscall.UMASK, resultOf(mask));
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int lock =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path.slash("lock")),
            number(flags),
            number(0644));
    byte[] exclusive =
        ByteBuffer.allocate(32).order(ByteOrder.nativeOrder()).putShort((short) 1).array();
    int setLock = posix.info().arch() == Arch.ARM ? 13 : 6;
    int locked =
        calls.attempt(Syscall.FCNTL, resultOf(lock), number(setLock), CallList.bytes(exclusive));
    Results results = posix.call(calls);
    mode = 0666 & ~(int) results.value(mask);
    if (results.failed(locked)) {
      throw CommandException.fatal(
          CommandException.SYSTEM,
          "unable to lock " + path.slash("lock") + ": Device or resource busy");
    }
    if (!results.failed(made)) {
      CallList change = new CallList();
      change.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(02700));
      posix.call(change);
    }
  }

  /** After a clean end there is nothing to do. Otherwise what a crash has left becomes archives. */
  private void recover() throws PosixException {
    Stat current = files.stat(path.slash("current"));
    if (current != null && (current.mode() & OWNER_X) != 0) {
      return;
    }
    CallList calls = new CallList();
    remove(calls, "state");
    remove(calls, "newstate");
    Stat processed = files.stat(path.slash("processed"));
    if (processed != null && (processed.mode() & OWNER_X) != 0) {
      rename(calls, "processed", freshName(".s"));
      remove(calls, "previous");
    } else {
      remove(calls, "processed");
      archive(calls, "previous", files.stat(path.slash("previous")));
    }
    archive(calls, "current", current);
    Files.appendWrite(calls, path.slash("state"), Bytes.EMPTY, 0644);
    posix.call(calls);
    trim();
  }

  private void archive(CallList calls, String name, Stat stat) {
    if (stat != null && stat.size() == 0) {
      remove(calls, name);
    } else if (stat != null) {
      rename(calls, name, freshName(".u"));
    }
  }

  private void remove(CallList calls, String name) {
    calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path.slash(name)), number(0));
  }

  private void rename(CallList calls, String from, Bytes to) {
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(path.slash(from)),
        number(CallList.AT_FDCWD),
        string(path.slash(to)),
        number(0));
  }

  /** A name that no archive has. */
  private Bytes freshName(String suffix) {
    Instant now = Instant.now();
    lastName = now.isAfter(lastName) ? now : lastName.plusNanos(1);
    return Bytes.of(Stamper.label(lastName) + suffix);
  }

  private void openCurrent() throws PosixException {
    int flags = OpenFlags.WRONLY | OpenFlags.APPEND | OpenFlags.CREAT | OpenFlags.CLOEXEC;
    CallList calls = new CallList();
    Bytes current = path.slash("current");
    int open =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(current),
            number(flags),
            number(0666));
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(current), number(mode));
    int stat =
        calls.add(
            Syscall.STATX,
            number(CallList.AT_FDCWD),
            string(current),
            number(0),
            number(Stat.MASK),
            out(Stat.SIZE));
    Results results = posix.call(calls);
    fd = results.fd(open);
    size = Stat.of(results.buffer(stat)).size();
    openedSecond = Instant.now().getEpochSecond();
  }

  /**
   * Takes a line with its newline; it is written by {@link #flush}, or earlier when the file is
   * full.
   */
  void append(byte[] line) {
    pending.writeBytes(line);
    boolean full = size + pending.size() >= rotation.size() - rotation.tolerance();
    boolean old =
        rotation.everySeconds() > 0
            && Instant.now().getEpochSecond() - openedSecond >= rotation.everySeconds();
    if (full || old) {
      rotateNow();
    }
  }

  /** Rotates whatever the size is. */
  void rotateNow() {
    flush();
    until("rotate", this::rotate);
  }

  /** Writes what there is; a write that fails is tried again, and nothing is lost. */
  void flush() {
    Bytes all = Bytes.of(pending.toByteArray());
    pending.reset();
    int[] done = {0};
    until(
        "write to",
        () -> {
          while (done[0] < all.length()) {
            Bytes part = all.slice(done[0], Math.min(all.length(), done[0] + (1 << 20)));
            CallList calls = new CallList();
            calls.add(
                Syscall.WRITE, number(fd), CallList.bytes(part.toArray()), number(part.length()));
            int written = (int) posix.call(calls).value(0);
            done[0] += written;
            size += written;
          }
        });
  }

  private interface Doing {
    void run() throws PosixException;
  }

  private void until(String what, Doing doing) {
    for (; ; ) {
      try {
        doing.run();
        return;
      } catch (PosixException e) {
        warnings.warn("unable to " + what + " " + path + ": " + e.getMessage() + "; trying again");
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(Math.max(1, rotation.retryMs()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Makes current an archive. Each step can be repeated, and is told from the others by names and
   * modes.
   */
  private void rotate() throws PosixException {
    if (fd >= 0) {
      CallList calls = new CallList();
      calls.attempt(Syscall.FSYNC, number(fd));
      rename(calls, "current", Bytes.of("previous"));
      calls.add(
          Syscall.FCHMODAT,
          number(CallList.AT_FDCWD),
          string(path.slash("previous")),
          number(mode | OWNER_X));
      calls.attempt(Syscall.CLOSE, number(fd));
      posix.call(calls);
      fd = -1;
    }
    openCurrent();
    CallList calls = new CallList();
    rename(calls, "previous", freshName(".s"));
    posix.call(calls);
    trim();
  }

  /**
   * Removes the oldest archives, by name, until there are not too many and they are not too large.
   */
  private void trim() throws PosixException {
    List<Bytes> archives = files.list(path);
    archives.removeIf(name -> !isArchive(name));
    long surplus = archives.size() - rotation.files();
    if (rotation.total() > 0) {
      surplus = Math.max(surplus, surplusBySize(archives));
    }
    CallList calls = new CallList();
    for (int i = 0; i < surplus; i++) {
      calls.attempt(
          Syscall.UNLINKAT,
          number(CallList.AT_FDCWD),
          string(path.slash(archives.get(i))),
          number(0));
    }
    if (!calls.isEmpty()) {
      posix.call(calls);
    }
  }

  private int surplusBySize(List<Bytes> archives) throws PosixException {
    List<Bytes> paths = new ArrayList<>();
    for (Bytes name : archives) {
      paths.add(path.slash(name));
    }
    List<Stat> stats = files.stats(paths);
    long total = 0;
    for (int i = archives.size() - 1; i >= 0; i--) {
      total += stats.get(i) == null ? 0 : stats.get(i).size();
      if (total > rotation.total()) {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean isArchive(Bytes name) {
    return name.length() == ARCHIVE_NAME_LENGTH
        && name.startsWith("@")
        && (name.endsWith(".s") || name.endsWith(".u"));
  }

  /** Says by the mode of current that it ends with a whole line. */
  void close() {
    flush();
    CallList calls = new CallList();
    calls.attempt(Syscall.FSYNC, number(fd));
    calls.attempt(
        Syscall.FCHMODAT,
        number(CallList.AT_FDCWD),
        string(path.slash("current")),
        number(mode | OWNER_X));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      warnings.warn("unable to close " + path + ": " + e.getMessage());
    }
  }
}
