package s6j.commands.portable.tree;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** Reads a directory of any size, some names at a time. */
final class DirectoryReader implements AutoCloseable {
  private static final int CHUNK = 16 << 10;

  private final Posix posix;
  private final int fd;

  private DirectoryReader(Posix posix, int fd) {
    this.posix = posix;
    this.fd = fd;
  }

  /** Opens a directory; a link is followed. */
  static DirectoryReader open(Posix posix, Bytes path) throws PosixException {
    return new DirectoryReader(posix, open(posix, CallList.AT_FDCWD, path, 0));
  }

  /** Opens a directory that an open one has; a link is not followed. */
  static DirectoryReader openWithin(Posix posix, int directory, Bytes name) throws PosixException {
    int noFollow = OpenFlags.noFollow(posix.info().arch());
    return new DirectoryReader(posix, open(posix, directory, name, noFollow));
  }

  private static int open(Posix posix, int directory, Bytes path, int flags) throws PosixException {
    int all =
        OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch()) | flags;
    CallList calls = new CallList();
    calls.add(Syscall.OPENAT, number(directory), string(path), number(all));
    return posix.call(calls).fd(0);
  }

  /** The next names, as the directory has them; none when there are no more. */
  List<Bytes> next() throws PosixException {
    List<Bytes> names = new ArrayList<>();
    for (; ; ) {
      CallList calls = new CallList();
      calls.add(Syscall.GETDENTS64, number(fd), outUpToResult(CHUNK), number(CHUNK));
      byte[] entries = posix.call(calls).buffer(0);
      Files.addNames(entries, names);
      // Of the two names that are left out there may have been nothing else.
      if (entries.length == 0 || !names.isEmpty()) {
        return names;
      }
    }
  }

  /** Goes back to the start. */
  void rewind() throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.LSEEK, number(fd), number(0), number(0));
    posix.call(calls);
  }

  int fd() {
    return fd;
  }

  /** Which directory it is. */
  Stat stat() throws PosixException {
    CallList calls = new CallList();
    calls.attemptFstat(number(fd));
    Results results = posix.attempt(calls);
    if (results.failed(0)) {
      throw new PosixException(results.errno(0), 0);
    }
    return Stat.of(results.buffer(0));
  }

  @Override
  public void close() {
    new Files(posix).close(fd);
  }
}
