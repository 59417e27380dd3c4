package s6j.posix;

/** The ioctl requests that are needed: on terminals for job control, and on what is read. */
public final class Ioctl {
  public static final int TIOCSCTTY = 0x540E;
  public static final int TIOCNOTTY = 0x5422;

  private Ioctl() {}

  /** TIOCGPGRP: which process group is in the foreground. */
  public static long getForeground(Arch arch) {
    return arch == Arch.PPC64LE ? 0x40047477L : 0x540F;
  }

  /** TIOCSPGRP: puts a process group into the foreground. */
  public static long setForeground(Arch arch) {
    return arch == Arch.PPC64LE ? 0x80047476L : 0x5410;
  }

  /** FIONREAD: how many bytes can be read without waiting. */
  public static long readable(Arch arch) {
    return arch == Arch.PPC64LE ? 0x4004667FL : 0x541B;
  }
}
