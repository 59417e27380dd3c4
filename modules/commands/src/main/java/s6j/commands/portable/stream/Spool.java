package s6j.commands.portable.stream;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * A file without a name that a process keeps data in which would not fit in memory: in $TMPDIR, or
 * in /tmp.
 */
public final class Spool {
  private static final int O_TMPFILE = 020000000;
  private static final int SEEK_SET = 0;
  private static final int MODE = 0600;

  private final Posix posix;
  private final int fd;
  private final Transfer out;
  private long size;

  private Spool(Posix posix, int fd) {
    this.posix = posix;
    this.fd = fd;
    this.out = new Transfer(posix, fd);
  }

  /** Makes an empty one. */
  public static Spool create(Invocation call) throws CommandException {
    Bytes directory = call.environment().get("TMPDIR");
    Bytes where = directory == null || directory.isEmpty() ? Bytes.of("/tmp") : directory;
    try {
      return new Spool(call.posix(), open(call.posix(), where));
    } catch (PosixException e) {
      throw CommandException.unable("create temporary file in " + where, e);
    }
  }

  private static int open(Posix posix, Bytes directory) throws PosixException {
    Arch arch = posix.info().arch();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(directory),
        number(OpenFlags.RDWR | OpenFlags.CLOEXEC | O_TMPFILE | OpenFlags.directory(arch)),
        number(MODE));
    Results results = posix.attempt(calls);
    if (!results.failed(0)) {
      return results.fd(0);
    }
    boolean lacking =
        results.errno(0).equals(Errno.EOPNOTSUPP) || results.errno(0).equals(Errno.EISDIR);
    if (!lacking) {
      throw new PosixException(results.errno(0), 0);
    }
    return openUnlinked(posix, directory.slash("s6j-spool-" + posix.info().pid() + "-" + nonce()));
  }

  private static String nonce() {
    return Long.toHexString(System.nanoTime());
  }

  private static int openUnlinked(Posix posix, Bytes path) throws PosixException {
    int flags = OpenFlags.RDWR | OpenFlags.CLOEXEC | OpenFlags.CREAT | OpenFlags.EXCL;
    CallList calls = new CallList();
    calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(MODE));
    calls.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), nothing());
    return posix.call(calls).fd(0);
  }

  /** The descriptor of the calling process that it is open on. */
  public int fd() {
    return fd;
  }

  /** How much has been appended, bytes. */
  public long size() {
    return size;
  }

  /** Appends; it can be read after the next {@link #flush}. */
  public void put(byte[] from, int start, int end) throws CommandException {
    out.put(from, start, end);
    size += end - start;
  }

  /** Appends a byte. */
  public void put(int b) throws CommandException {
    out.put(b);
    size++;
  }

  /** Writes what has been appended. Nothing must have been read before. */
  public void flush() throws CommandException {
    out.finish();
  }

  /** Has what is read by its descriptor begin at its start. */
  public void rewind() throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.LSEEK, number(fd), nothing(), number(SEEK_SET));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("read", e);
    }
  }

  /** What stands in a file from {@code offset} on; less than {@code length} bytes at its end. */
  public static byte[] read(Posix posix, int fd, long offset, int length) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.LSEEK, number(fd), number(offset), number(SEEK_SET));
    int read = calls.add(Syscall.READ, number(fd), outUpToResult(length), number(length));
    try {
      return posix.call(calls).buffer(read);
    } catch (PosixException e) {
      throw CommandException.unable("read", e);
    }
  }

  /** Lets go of it. */
  public void close() {
    Descriptor.close(posix, fd);
  }
}
