package s6j.commands.instances;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** Copies files, directories with what is in them, links and FIFOs, with their modes. */
final class TreeCopy {
  private static final int PIECE = 64 << 10;

  private final Posix posix;
  private final Files files;

  TreeCopy(Posix posix) {
    this.posix = posix;
    this.files = new Files(posix);
  }

  void copy(Bytes from, Bytes to) throws PosixException {
    Stat stat = files.lstat(from);
    if (stat == null) {
      throw new PosixException(Errno.ENOENT, 0);
    }
    switch (stat.type()) {
      case Stat.DIRECTORY -> copyDirectory(from, to, stat);
      case Stat.REGULAR -> {
        copyContent(from, to);
        setMode(to, stat);
      }
      case Stat.LINK -> {
        CallList calls = new CallList();
        calls.add(
            Syscall.SYMLINKAT, string(files.readLink(from)), number(CallList.AT_FDCWD), string(to));
        posix.call(calls);
      }
      case Stat.FIFO -> {
        CallList calls = new CallList();
        calls.add(
            Syscall.MKNODAT,
            number(CallList.AT_FDCWD),
            string(to),
            number(Stat.FIFO | 0600),
            number(0));
        posix.call(calls);
        setMode(to, stat);
      }
      default -> throw new PosixException(Errno.EOPNOTSUPP, 0);
    }
  }

  private void copyDirectory(Bytes from, Bytes to, Stat stat) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(to), number(0700));
    posix.call(calls);
    for (Bytes name : files.list(from)) {
      copy(from.slash(name), to.slash(name));
    }
    setMode(to, stat);
  }

  private void copyContent(Bytes from, Bytes to) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(from),
        number(OpenFlags.RDONLY | OpenFlags.CLOEXEC));
    calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(to),
        number(Files.OVERWRITE),
        number(0600));
    Results opened = posix.call(calls);
    try {
      byte[] piece = files.readOnce(opened.fd(0), PIECE);
      while (piece.length > 0) {
        files.write(opened.fd(1), Bytes.of(piece));
        piece = files.readOnce(opened.fd(0), PIECE);
      }
    } finally {
      files.close(opened.fd(0));
      files.close(opened.fd(1));
    }
  }

  private void setMode(Bytes path, Stat stat) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(stat.permissions()));
    posix.call(calls);
  }
}
