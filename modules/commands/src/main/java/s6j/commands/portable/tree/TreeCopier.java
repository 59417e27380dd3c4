package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** The directories down to the one that is copied, and the paths of that one. */
  private final List<Level> way = new ArrayList<>();

  private Bytes from;
  private Bytes to;

  /** A directory that is to be copied. */
  private record Pending(Bytes name, Stat stat) {}

  /**
   * A directory on the way. Its paths are beginnings of those of the one that is copied.
   *
   * @param directories those in it that are still to be copied
   */
  private record Level(
      int fromLength, int toLength, Stat stat, DirectoryReader reader, Deque<Pending> directories) {
    Level(Bytes from, Bytes to, Stat stat, DirectoryReader reader) {
      this(from.length(), to.length(), stat, reader, new ArrayDeque<>());
    }
  }

  /** The directory that is copied into: a source that holds it is not copied for ever. */
  private Stat destination;

  TreeCopier(Invocation call) {
    this.call = call;
    this.posix = call.posix();
    this.files = call.files();
  }

  /** Copies whatever the first path is; the umask of the process is 0 afterwards. */
  void copy(Bytes source, Bytes target) throws PosixException, CommandException {
    CallList calls = new CallList();
    calls.attempt(Syscall.UMASK, number(0));
    calls.attemptLstat(source);
    Results results = posix.attempt(calls);
    if (results.failed(1)) {
      throw new PosixException(results.errno(1), 1);
    }
    Stat stat = Stat.of(results.buffer(1));
    if (!stat.isDirectory()) {
      copyOther(source, target, results.buffer(1));
      return;
    }
    try {
      enter(source, target, stat);
      copyAll();
    } finally {
      way.forEach(level -> level.reader().close());
    }
  }

  private void copyOther(Bytes source, Bytes target, byte[] statx)
      throws PosixException, CommandException {
    Stat stat = Stat.of(statx);
    switch (stat.type()) {
      case Stat.REGULAR -> copyFile(source, target, stat);
      case Stat.LINK -> copyLink(source, target, stat);
      default -> makeNode(target, stat, deviceOf(statx));
    }
  }

  /** The number of a device as mknod takes it. */
  private static long deviceOf(byte[] statx) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    long major = b.getInt(RDEV_AT) & 0xffffffffL;
    long minor = b.getInt(RDEV_AT + 4) & 0xffffffffL;
    return minor & 0xff | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
  }

  private void copyFile(Bytes source, Bytes target, Stat stat)
      throws PosixException, CommandException {
    int noFollow = OpenFlags.noFollow(posix.info().arch());
    int reading = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.NONBLOCK | noFollow;
    CallList opening = new CallList();
    opening.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(source), number(reading));
    int in = posix.call(opening).fd(0);
    CallList calls = new CallList();
    int opened =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(target),
            number(Files.OVERWRITE),
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

  private void copyLink(Bytes source, Bytes target, Stat stat) throws PosixException {
    Bytes content = files.readLink(source);
    CallList calls = new CallList();
    calls.add(Syscall.SYMLINKAT, string(content), number(CallList.AT_FDCWD), string(target));
    appendOwner(calls, target, stat);
    posix.call(calls);
  }

  private void makeNode(Bytes target, Stat stat, long device) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(target),
        number(stat.mode()),
        number(device));
    appendOwner(calls, target, stat);
    appendMode(calls, target, stat);
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

  /** Makes the copy of a directory, and has what is in it copied next. */
  private void enter(Bytes source, Bytes target, Stat stat) throws PosixException {
    DirectoryReader reader = DirectoryReader.open(posix, source);
    try {
      makeDirectory(target);
    } catch (PosixException e) {
      reader.close();
      throw e;
    }
    way.add(new Level(source, target, stat, reader));
    from = source;
    to = target;
  }

  private void makeDirectory(Bytes path) throws PosixException {
    CallList making = new CallList();
    making.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(OWNER_ONLY));
    Results made = posix.attempt(making);
    Stat there = files.stat(path);
    if (made.failed(0)
        && !(made.errno(0).equals(Errno.EEXIST) && there != null && there.isDirectory())) {
      throw new PosixException(made.errno(0), 0);
    }
    destination = destination == null ? there : destination;
  }

  /** Copies what is in the first directory; only what concerns that one itself is a failure. */
  private void copyAll() throws PosixException {
    while (!way.isEmpty()) {
      Level level = way.getLast();
      PosixException failure = null;
      boolean more = false;
      try {
        more = copySome(level);
      } catch (PosixException e) {
        failure = e;
      }
      if (more) {
        continue;
      }
      if (failure != null && way.size() == 1) {
        throw failure;
      }
      if (failure != null) {
        warn(from, to, failure);
      }
      leave(level);
    }
  }

  /** Goes into a directory that is left, or copies some names; false when all is done. */
  private boolean copySome(Level level) throws PosixException {
    Pending inner = level.directories().poll();
    if (inner != null) {
      enterInner(inner);
      return true;
    }
    List<Bytes> names = level.reader().next();
    copyNames(level, names);
    if (names.isEmpty()) {
      CallList calls = new CallList();
      appendOwner(calls, to, level.stat());
      appendMode(calls, to, level.stat());
      posix.call(calls);
    }
    return !names.isEmpty();
  }

  private void leave(Level level) {
    level.reader().close();
    way.removeLast();
    if (!way.isEmpty()) {
      from = from.slice(0, way.getLast().fromLength());
      to = to.slice(0, way.getLast().toLength());
    }
  }

  private void enterInner(Pending inner) {
    Bytes source = from.slash(inner.name());
    Bytes target = to.slash(inner.name());
    try {
      enter(source, target, inner.stat());
    } catch (PosixException e) {
      warn(source, target, e);
    }
  }

  /** Copies what is no directory, and keeps the directories for later. */
  private void copyNames(Level level, List<Bytes> names) {
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
        Stat stat = Stat.of(results.buffer(i));
        if (!stat.isDirectory()) {
          copyOther(source, target, results.buffer(i));
        } else if (!isDestination(stat)) {
          level.directories().add(new Pending(names.get(i), stat));
        }
      } catch (PosixException | CommandException e) {
        warn(source, target, e);
      }
    }
  }

  private void warn(Bytes source, Bytes target, Exception reason) {
    call.warn("unable to copy " + source + " to " + target + ": " + reason.getMessage());
  }

  private boolean isDestination(Stat stat) {
    return destination != null
        && stat.inode() == destination.inode()
        && stat.device() == destination.device();
  }
}
