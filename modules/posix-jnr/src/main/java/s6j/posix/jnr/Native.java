package s6j.posix.jnr;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import s6j.posix.Arch;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.posix.jnr.libc.LibC;

/** The C library of this process, and system calls by number. */
final class Native {
  static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
  static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
  static final POSIX POSIX = POSIXFactory.getNativePOSIX();
  static final Arch ARCH = Arch.ofThisMachine();

  static final int F_DUPFD = 0;
  static final int F_GETFD = 1;
  static final int F_SETFD = 2;
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int FD_CLOEXEC = 1;
  static final int PR_GET_DUMPABLE = 3;
  static final int PR_SET_DUMPABLE = 4;
  static final int PR_SET_CHILD_SUBREAPER = 36;

  private Native() {}

  /** What a system call returned, or -errno. */
  static long attempt(Syscall syscall, long... arguments) {
    long[] a = java.util.Arrays.copyOf(arguments, 6);
    return attempt(syscall.number(ARCH), a);
  }

  /** What the system call with this number returned, or -errno. */
  static long attempt(int number, long[] a) {
    long result = LIBC.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    return result == -1 ? -RUNTIME.getLastError() : result;
  }

  /** What a system call returned. */
  static long call(Syscall syscall, long... arguments) throws PosixException {
    long result = attempt(syscall, arguments);
    if (failed(result)) {
      throw new PosixException(Errno.of((int) -result), -1);
    }
    return result;
  }

  static boolean failed(long result) {
    return result < 0 && result >= -4095;
  }

  /** For the functions of libc that return why they failed. */
  static void check(int error) throws PosixException {
    if (error != 0) {
      throw new PosixException(Errno.of(error), -1);
    }
  }
}
