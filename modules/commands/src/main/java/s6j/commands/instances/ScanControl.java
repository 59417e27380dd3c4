package s6j.commands.instances;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** The control FIFOs of s6-svscan and s6-supervise, by which it is known whether they run. */
final class ScanControl {
  private ScanControl() {}

  static Bytes fifo(Bytes scandir) {
    return scandir.slash(".s6-svscan").slash("control");
  }

  /**
   * Whether a scan directory has an s6-svscan.
   *
   * @throws PosixException when there has never been one, or we may not control it
   */
  static boolean isScanned(Posix posix, Bytes scandir) throws PosixException {
    return isRead(posix, fifo(scandir));
  }

  /** Whether a service directory has an s6-supervise. */
  static boolean isSupervised(Posix posix, Bytes service) throws PosixException {
    try {
      return isRead(posix, service.slash("supervise").slash("control"));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** Writes control letters to s6-svscan. */
  static void tell(Posix posix, Bytes scandir, String letters) throws PosixException {
    CallList calls = new CallList();
    int fd = appendOpen(calls, fifo(scandir));
    calls.add(
        Syscall.WRITE,
        resultOf(fd),
        CallList.bytes(Bytes.of(letters).toArray()),
        number(letters.length()));
    calls.add(Syscall.CLOSE, resultOf(fd));
    posix.call(calls);
  }

  /** The group that s6-svscan runs as. */
  static long group(Posix posix, Bytes scandir) throws PosixException {
    Stat stat = new Files(posix).stat(fifo(scandir));
    return stat == null ? posix.info().egid() : Integer.toUnsignedLong(stat.gid());
  }

  private static boolean isRead(Posix posix, Bytes fifo) throws PosixException {
    CallList calls = new CallList();
    int fd = appendOpen(calls, fifo);
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    try {
      posix.call(calls);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENXIO)) {
        return false;
      }
      throw e;
    }
  }

  private static int appendOpen(CallList calls, Bytes fifo) {
    int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    return calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
  }
}
