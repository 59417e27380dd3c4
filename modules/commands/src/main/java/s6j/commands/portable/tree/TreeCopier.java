package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.portable.stream.Copy;
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

/** Copies trees with modes, links, fifos and devices, and with owners where that is allowed. */
final class TreeCopier {
  private static final int NOFOLLOW = 0x100;
  private static final int EMPTY_PATH = 0x1000;
  private static final int OWNER_ONLY = 0700;
  private static final int OWNER_READS = 0600;
  private static final int SENDFILE_SIZE = 1 << 30;

  /** Where struct statx has the major number of a device; the minor one follows. */
  private static final int RDEV_AT = 128;

  private final Invocation call;
  private final Posix posix;
  private final Files files;

  /** The directory that is copied into: a source that holds it is not copied for ever. */
  private Stat destination;

  TreeCopier(Invocation call) {
    this.call = call;
    this.posix = call.posix();
    this.files = call.files();
  }

  /** Copies whatever the first path is; the umask of the process is 0 afterwards. */
  void copy(Bytes from, Bytes to) throws PosixException, CommandException {
    CallList calls = new CallList();
    calls.attempt(Syscall.UMASK, number(0));
    calls.attemptLstat(from);
    Results results = posix.attempt(calls);
    if (results.failed(1)) {
      throw new PosixException(results.errno(1), 1);
    }
    copy(from, to, results.buffer(1));
  }

  private void copy(Bytes from, Bytes to, byte[] statx) throws PosixException, CommandException {
    Stat stat = Stat.of(statx);
    switch (stat.type()) {
      case Stat.REGULAR -> copyFile(from, to, stat);
      case Stat.DIRECTORY -> copyDirectory(from, to, stat);
      case Stat.LINK -> copyLink(from, to, stat);
      default -> makeNode(to, stat, deviceOf(statx));
    }
  }

  /** The number of a device as mknod takes it. */
  private static long deviceOf(byte[] statx) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    long major = b.getInt(RDEV_AT) & 0xffffffffL;
    long minor = b.getInt(RDEV_AT + 4) & 0xffffffffL;
    return minor & 0xff | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
  }

  private void copyFile(Bytes from, Bytes to, Stat stat) throws PosixException, CommandException {
    int noFollow = OpenFlags.noFollow(posix.info().arch());
    int reading = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK | noFollow;
    int writing = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC | OpenFlags.CLOEXEC;
    CallList opening = new CallList();
    opening.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(from), number(reading));
    int in = posix.call(opening).fd(0);
    CallList calls = new CallList();
    int opened =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(to),
            number(writing),
            number(OWNER_READS));
    // Of most files the first call copies all, and the second one finds the end.
    for (int i = 0; i < 2; i++) {
      calls.attempt(
          Syscall.SENDFILE, resultOf(opened), number(in), nothing(), number(SENDFILE_SIZE));
    }
    int out = -1;
    try {
      Results results = posix.call(calls);
      out = results.fd(opened);
      if (results.value(2) != 0) {
        Copy.all(posix, in, out);
      }
      finishFile(out, stat);
    } finally {
      closeBoth(in, out);
    }
  }

  private void finishFile(int fd, Stat stat) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.FCHOWNAT,
        number(fd),
        string(""),
        number(stat.uid()),
        number(stat.gid()),
        number(EMPTY_PATH));
    calls.add(Syscall.FCHMOD, number(fd), number(stat.permissions()));
    posix.call(calls);
  }

  private void closeBoth(int in, int out) {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(in));
    if (out >= 0) {
      calls.attempt(Syscall.CLOSE, number(out));
    }
    posix.attempt(calls);
  }

  private void copyLink(Bytes from, Bytes to, Stat stat) throws PosixException {
    Bytes target = files.readLink(from);
    CallList calls = new CallList();
    calls.add(Syscall.SYMLINKAT, string(target), number(CallList.AT_FDCWD), string(to));
    appendOwner(calls, to, stat);
    posix.call(calls);
  }

  private void makeNode(Bytes to, Stat stat, long device) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(to),
        number(stat.mode()),
        number(device));
    appendOwner(calls, to, stat);
    appendMode(calls, to, stat);
    posix.call(calls);
  }

  /** Only root may give files away; everybody else's copies are their own. */
  private static void appendOwner(CallList calls, Bytes path, Stat stat) {
    calls.attempt(
        Syscall.FCHOWNAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(stat.uid()),
        number(stat.gid()),
        number(NOFOLLOW));
  }

  /** After the owner, whose change would take away set-id bits. */
  private static void appendMode(CallList calls, Bytes path, Stat stat) {
    calls.add(
        Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(stat.permissions()));
  }

  private void copyDirectory(Bytes from, Bytes to, Stat stat)
      throws PosixException, CommandException {
    try (DirectoryReader reader = DirectoryReader.open(posix, from)) {
      CallList making = new CallList();
      making.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(to), number(OWNER_ONLY));
      Results made = posix.attempt(making);
      Stat there = files.stat(to);
      if (made.failed(0)
          && !(made.errno(0).equals(Errno.EEXIST) && there != null && there.isDirectory())) {
        throw new PosixException(made.errno(0), 0);
      }
      destination = destination == null ? there : destination;
      for (List<Bytes> names = reader.next(); !names.isEmpty(); names = reader.next()) {
        copyAll(from, to, names);
      }
    }
    CallList calls = new CallList();
    appendOwner(calls, to, stat);
    appendMode(calls, to, stat);
    posix.call(calls);
  }

  private void copyAll(Bytes from, Bytes to, List<Bytes> names) {
    CallList calls = new CallList();
    for (Bytes name : names) {
      calls.attemptLstat(from.slash(name));
    }
    Results results = posix.attempt(calls);
    for (int i = 0; i < names.size(); i++) {
      Bytes source = from.slash(names.get(i));
      Bytes target = to.slash(names.get(i));
      try {
        if (results.failed(i)) {
          throw new PosixException(results.errno(i), i);
        }
        if (!isDestination(Stat.of(results.buffer(i)))) {
          copy(source, target, results.buffer(i));
        }
      } catch (PosixException | CommandException e) {
        call.warn("unable to copy " + source + " to " + target + ": " + e.getMessage());
      }
    }
  }

  private boolean isDestination(Stat stat) {
    return destination != null
        && stat.isDirectory()
        && stat.inode() == destination.inode()
        && stat.device() == destination.device();
  }
}
