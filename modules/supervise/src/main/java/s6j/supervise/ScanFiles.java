package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.FileLock;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** {@code .s6-svscan/}: the lock and the FIFO of who supervises a scan directory. */
final class ScanFiles {
  private ScanFiles() {}

  /**
   * Makes what is not there yet, and takes the lock, which is kept as long as the process lives.
   *
   * @param path the scan directory
   * @return a descriptor of {@code control}
   * @throws PosixException when another has the lock, with EAGAIN or EACCES, or something cannot be
   *     made
   */
  static int create(Posix posix, Bytes path) throws PosixException {
    Bytes own = path.slash(".s6-svscan");
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(own), number(0700));
    int lockFlags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int lock =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(own.slash("lock")),
            number(lockFlags),
            number(0600));
    calls.add(
        Syscall.FCNTL,
        resultOf(lock),
        number(FileLock.set(posix.info().arch())),
        CallList.bytes(FileLock.exclusive()));
    Bytes fifo = own.slash("control");
    calls.attempt(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(fifo),
        number(Stat.FIFO | 0600),
        number(0));
    int flags = OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int control = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    return posix.call(calls).fd(control);
  }
}
