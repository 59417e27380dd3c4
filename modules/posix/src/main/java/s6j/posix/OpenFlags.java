package s6j.posix;

/** Flags of open(2), as Linux numbers. Two of them differ by architecture. */
public final class OpenFlags {
  public static final int RDONLY = 0;
  public static final int WRONLY = 1;
  public static final int RDWR = 2;
  public static final int CREAT = 0100;
  public static final int EXCL = 0200;
  public static final int NOCTTY = 0400;
  public static final int TRUNC = 01000;
  public static final int APPEND = 02000;
  public static final int NONBLOCK = 04000;
  public static final int CLOEXEC = 02000000;
  public static final int PATH = 010000000;

  private OpenFlags() {}

  /** O_DIRECTORY. */
  public static int directory(Arch arch) {
    return armLike(arch) ? 040000 : 0200000;
  }

  /** O_NOFOLLOW. */
  public static int noFollow(Arch arch) {
    return armLike(arch) ? 0100000 : 0400000;
  }

  private static boolean armLike(Arch arch) {
    return arch == Arch.ARM || arch == Arch.ARM64 || arch == Arch.PPC64LE;
  }
}
