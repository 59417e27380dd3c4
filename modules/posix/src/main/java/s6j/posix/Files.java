package s6j.posix;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What is commonly done with files, in as few exchanges with the process as it takes. Paths are
 * that process's.
 */
public final class Files {
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EACCESS = 0x200;
  private static final int CHUNK = 64 << 10;

  /** How open(2) is told to write a file afresh, whether it is there or not. */
  public static final int OVERWRITE =
      OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC | OpenFlags.CLOEXEC;

  /** What no file that is needed whole is larger than, in bytes: the runtime's memory is small. */
  public static final int WHOLE_MAX = 2 << 20;

  private final Posix posix;

  public Files(Posix posix) {
    this.posix = posix;
  }

  /** The whole content of a file, at most {@code limit} bytes. */
  public Bytes read(Bytes path, int limit) throws PosixException {
    return read(path, limit, OpenFlags.RDONLY | OpenFlags.CLOEXEC);
  }

  /**
   * The same for a process that must not wait, PID 1 above all: of a FIFO in the file's place it is
   * what there is to read at this moment.
   */
  public Bytes readAtOnce(Bytes path, int limit) throws PosixException {
    return read(path, limit, OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC);
  }

  private Bytes read(Bytes path, int limit, int flags) throws PosixException {
    CallList calls = new CallList();
    int fd = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    int read =
        calls.attempt(
            Syscall.READ,
            resultOf(fd),
            outUpToResult(Math.min(limit, CHUNK)),
            number(Math.min(limit, CHUNK)));
    Results first = posix.call(calls);
    try {
      if (first.failed(read)) {
        throw new PosixException(first.errno(read), read);
      }
      return rest(first.fd(fd), first.buffer(read), limit);
    } finally {
      close(first.fd(fd));
    }
  }

  private Bytes rest(int fd, byte[] first, int limit) throws PosixException {
    if (first.length == 0) {
      return Bytes.EMPTY;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    while (all.size() < limit) {
      byte[] more = readOnce(fd, Math.min(CHUNK, limit - all.size()));
      if (more.length == 0) {
        break;
      }
      all.writeBytes(more);
    }
    return Bytes.of(all.toByteArray());
  }

  /**
   * The whole content of a file.
   *
   * @throws PosixException EFBIG, too, for one of more than 2 MiB
   */
  public Bytes readWhole(Bytes path) throws PosixException {
    return whole(read(path, WHOLE_MAX + 1));
  }

  /** The same for a process that must not wait, as {@link #readAtOnce}. */
  public Bytes readWholeAtOnce(Bytes path) throws PosixException {
    return whole(readAtOnce(path, WHOLE_MAX + 1));
  }

  private static Bytes whole(Bytes content) throws PosixException {
    if (content.length() > WHOLE_MAX) {
      throw new PosixException(Errno.EFBIG, -1);
    }
    return content;
  }

  /** What one read(2) of a descriptor gives; empty at end-of-file. */
  public byte[] readOnce(int fd, int size) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.READ, number(fd), outUpToResult(size), number(size));
    return posix.call(calls).buffer(0);
  }

  /** Writes all of it to a descriptor. */
  public void write(int fd, Bytes content) throws PosixException {
    for (int at = 0; at < content.length(); ) {
      Bytes part = content.slice(at, Math.min(content.length(), at + (1 << 20)));
      CallList calls = new CallList();
      calls.add(Syscall.WRITE, number(fd), CallList.bytes(part.toArray()), number(part.length()));
      at += (int) posix.call(calls).value(0);
    }
  }

  /** Creates or truncates a file and writes its content. */
  public void write(Bytes path, Bytes content, int mode) throws PosixException {
    CallList calls = new CallList();
    appendWrite(calls, path, content, mode);
    posix.call(calls);
  }

  /** Appends the calls that create or truncate a file and write its content. */
  public static void appendWrite(CallList calls, Bytes path, Bytes content, int mode) {
    appendWrite(calls, path, content, mode, 0);
  }

  /** The same for a process that must not wait: to a FIFO that nobody reads it fails. */
  public static void appendWriteAtOnce(CallList calls, Bytes path, Bytes content, int mode) {
    appendWrite(calls, path, content, mode, OpenFlags.NONBLOCK);
  }

  private static void appendWrite(
      CallList calls, Bytes path, Bytes content, int mode, int further) {
    int flags = OVERWRITE | further;
    int fd =
        calls.add(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(mode));
    if (!content.isEmpty()) {
      calls.add(
          Syscall.WRITE, resultOf(fd), CallList.bytes(content.toArray()), number(content.length()));
    }
    calls.add(Syscall.CLOSE, resultOf(fd));
  }

  /** Writes {@code path.new} and renames it to {@code path}. */
  public void replace(Bytes path, Bytes content, int mode) throws PosixException {
    CallList calls = new CallList();
    appendReplace(calls, path, content, mode);
    posix.call(calls);
  }

  /** Appends the calls that write {@code path.new} and rename it to {@code path}. */
  public static void appendReplace(CallList calls, Bytes path, Bytes content, int mode) {
    Bytes fresh = path.plus(".new");
    appendWriteAtOnce(calls, fresh, content, mode);
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(fresh),
        number(CallList.AT_FDCWD),
        string(path),
        number(0));
  }

  /** What a path is, links followed; null when there is nothing. */
  public Stat stat(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attemptStat(path);
    return statOf(calls);
  }

  /** What a path is, a link being itself; null when there is nothing. */
  public Stat lstat(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attemptLstat(path);
    return statOf(calls);
  }

  private Stat statOf(CallList calls) throws PosixException {
    Results results = posix.call(calls);
    if (results.failed(0)) {
      Errno errno = results.errno(0);
      if (errno.equals(Errno.ENOENT) || errno.equals(Errno.ENOTDIR)) {
        return null;
      }
      throw new PosixException(errno, 0);
    }
    return Stat.of(results.buffer(0));
  }

  /** What each path is, links followed; null where there is nothing or it cannot be known. */
  public List<Stat> stats(List<Bytes> paths) throws PosixException {
    CallList calls = new CallList();
    for (Bytes path : paths) {
      calls.attemptStat(path);
    }
    List<Stat> stats = new ArrayList<>(paths.size());
    if (calls.isEmpty()) {
      return stats;
    }
    Results results = posix.call(calls);
    for (int i = 0; i < paths.size(); i++) {
      stats.add(results.failed(i) ? null : Stat.of(results.buffer(i)));
    }
    return stats;
  }

  /** Whether the process's effective user may execute the file. */
  public boolean executable(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.FACCESSAT2, number(CallList.AT_FDCWD), string(path), number(1), number(AT_EACCESS));
    calls.attempt(Syscall.FACCESSAT, number(CallList.AT_FDCWD), string(path), number(1));
    Results results = posix.call(calls);
    return results.failed(0) && results.errno(0).equals(Errno.ENOSYS)
        ? !results.failed(1)
        : !results.failed(0);
  }

  /** The names in a directory, without {@code .} and {@code ..}, in byte order. */
  public List<Bytes> list(Bytes path) throws PosixException {
    CallList calls = new CallList();
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int fd = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    int read = calls.attempt(Syscall.GETDENTS64, resultOf(fd), outUpToResult(CHUNK), number(CHUNK));
    calls.add(Syscall.CLOSE, resultOf(fd));
    Results results = posix.call(calls);
    if (results.failed(read)) {
      throw new PosixException(results.errno(read), read);
    }
    if (results.buffer(read).length < CHUNK / 2) {
      List<Bytes> names = new ArrayList<>();
      addNames(results.buffer(read), names);
      names.sort(null);
      return names;
    }
    return listLarge(path, flags);
  }

  private List<Bytes> listLarge(Bytes path, int flags) throws PosixException {
    List<Bytes> names = new ArrayList<>();
    CallList opening = new CallList();
    opening.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    int fd = posix.call(opening).fd(0);
    try {
      for (; ; ) {
        CallList reading = new CallList();
        reading.add(Syscall.GETDENTS64, number(fd), outUpToResult(CHUNK), number(CHUNK));
        byte[] entries = posix.call(reading).buffer(0);
        if (entries.length == 0) {
          names.sort(null);
          return names;
        }
        addNames(entries, names);
      }
    } finally {
      close(fd);
    }
  }

  /** Adds the names in an array of struct linux_dirent64, without {@code .} and {@code ..}. */
  public static void addNames(byte[] entries, List<Bytes> names) {
    ByteBuffer b = ByteBuffer.wrap(entries).order(ByteOrder.nativeOrder());
    for (int at = 0; at + 19 < entries.length; ) {
      int size = b.getShort(at + 16) & 0xffff;
      int end = at + 19;
      while (end < at + size && entries[end] != 0) {
        end++;
      }
      boolean dots =
          entries[at + 19] == '.' && (end == at + 20 || end == at + 21 && entries[at + 20] == '.');
      if (!dots) {
        names.add(Bytes.of(entries, at + 19, end));
      }
      at += size;
    }
  }

  /** What a symbolic link says. */
  public Bytes readLink(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.READLINKAT,
        number(CallList.AT_FDCWD),
        string(path),
        outUpToResult(4096),
        number(4096));
    return Bytes.of(posix.call(calls).buffer(0));
  }

  /** Makes a directory with exactly this mode; one that is there already is left as it is. */
  public void makeDirectory(Bytes path, int mode) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(mode));
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(mode));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /**
   * Removes a file, or a directory with all that is in it; what is not there is no error. Links are
   * not followed.
   */
  public void removeTree(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(0));
    Results results = posix.call(calls);
    if (!results.failed(0)
        || results.errno(0).equals(Errno.ENOENT)
        || results.errno(0).equals(Errno.ENOTDIR)) {
      return;
    }
    Stat stat = lstat(path);
    if (stat == null) {
      return;
    }
    if (!stat.isDirectory()) {
      throw new PosixException(results.errno(0), 0);
    }
    removeContent(path);
    CallList removing = new CallList();
    removing.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(AT_REMOVEDIR));
    posix.call(removing);
  }

  /** Removes all that is in a directory. */
  public void removeContent(Bytes path) throws PosixException {
    List<Bytes> names = list(path);
    CallList calls = new CallList();
    for (Bytes name : names) {
      calls.attempt(
          Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path.slash(name)), number(0));
    }
    if (calls.isEmpty()) {
      return;
    }
    Results results = posix.call(calls);
    for (int i = 0; i < names.size(); i++) {
      if (results.failed(i) && !results.errno(i).equals(Errno.ENOENT)) {
        removeTree(path.slash(names.get(i)));
      }
    }
  }

  /**
   * How many bytes can be read from a descriptor without waiting (FIONREAD); 0 for one that cannot
   * tell.
   */
  public int readable(int fd) {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.IOCTL, number(fd), number(Ioctl.readable(posix.info().arch())), CallList.out(4));
    Results results = posix.attempt(calls);
    return results.failed(0)
        ? 0
        : ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder()).getInt();
  }

  public void close(int fd) {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(fd));
    posix.attempt(calls);
  }
}
