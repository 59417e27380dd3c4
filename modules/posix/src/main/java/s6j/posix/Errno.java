package s6j.posix;

/**
 * Why a system call failed: a Linux errno. A class and not a record, whose equals would cost a boot
 * 14 ms.
 */
public final class Errno {
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EIO = new Errno(5);
  public static final Errno ENXIO = new Errno(6);
  public static final Errno E2BIG = new Errno(7);
  public static final Errno ENOEXEC = new Errno(8);
  public static final Errno EBADF = new Errno(9);
  public static final Errno ECHILD = new Errno(10);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno ENOMEM = new Errno(12);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENOTDIR = new Errno(20);
  public static final Errno EISDIR = new Errno(21);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENFILE = new Errno(23);
  public static final Errno ENOTTY = new Errno(25);
  public static final Errno ETXTBSY = new Errno(26);
  public static final Errno EFBIG = new Errno(27);
  public static final Errno ENOSPC = new Errno(28);
  public static final Errno EROFS = new Errno(30);
  public static final Errno EPIPE = new Errno(32);
  public static final Errno ENAMETOOLONG = new Errno(36);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ENOTEMPTY = new Errno(39);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EPROTO = new Errno(71);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno ETIMEDOUT = new Errno(110);

  private final int number;

  private Errno(int number) {
    this.number = number;
  }

  public static Errno of(int number) {
    return new Errno(number);
  }

  /** 1 to 4095. */
  public int number() {
    return number;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Errno that && number == that.number;
  }

  @Override
  public int hashCode() {
    return number;
  }

  /** What strerror says in the C locale, which is also what the original's messages end with. */
  public String text() {
    return switch (number) {
      case 1 -> "Operation not permitted";
      case 2 -> "No such file or directory";
      case 3 -> "No such process";
      case 4 -> "Interrupted system call";
      case 5 -> "Input/output error";
      case 6 -> "No such device or address";
      case 7 -> "Argument list too long";
      case 8 -> "Exec format error";
      case 9 -> "Bad file descriptor";
      case 10 -> "No child processes";
      case 11 -> "Resource temporarily unavailable";
      case 12 -> "Cannot allocate memory";
      case 13 -> "Permission denied";
      case 14 -> "Bad address";
      case 16 -> "Device or resource busy";
      case 17 -> "File exists";
      case 18 -> "Invalid cross-device link";
      case 19 -> "No such device";
      case 20 -> "Not a directory";
      case 21 -> "Is a directory";
      case 22 -> "Invalid argument";
      case 23 -> "Too many open files in system";
      case 24 -> "Too many open files";
      case 25 -> "Inappropriate ioctl for device";
      case 26 -> "Text file busy";
      case 27 -> "File too large";
      case 28 -> "No space left on device";
      case 29 -> "Illegal seek";
      case 30 -> "Read-only file system";
      case 31 -> "Too many links";
      case 32 -> "Broken pipe";
      case 36 -> "File name too long";
      case 38 -> "Function not implemented";
      case 39 -> "Directory not empty";
      case 40 -> "Too many levels of symbolic links";
      case 71 -> "Protocol error";
      case 88 -> "Socket operation on non-socket";
      case 95 -> "Operation not supported";
      case 98 -> "Address already in use";
      case 104 -> "Connection reset by peer";
      case 107 -> "Transport endpoint is not connected";
      case 110 -> "Connection timed out";
      case 111 -> "Connection refused";
      case 116 -> "Stale file handle";
      case 122 -> "Disk quota exceeded";
      default -> "Unknown error " + number;
    };
  }

  @Override
  public String toString() {
    return text();
  }
}
