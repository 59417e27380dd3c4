package s6j.posix;

/**
 * The architectures that have a column in {@link Syscall}; the order is the shim's {@code ARCH}
 * number.
 */
public enum Arch {
  AMD64,
  ARM64,
  ARM,
  PPC64LE,
  S390X,
  RISCV64;

  /** The architecture with the number that a hello carries. */
  public static Arch byNumber(int number) {
    Arch[] all = values();
    if (number < 0 || number >= all.length) {
      throw new ProtocolException("unknown architecture number " + number);
    }
    return all[number];
  }

  /** The size of a long and of an address, bytes. */
  public int wordSize() {
    return this == ARM ? 4 : 8;
  }

  /** The architecture of this JVM, from {@code os.arch}. */
  public static Arch ofThisMachine() {
    String name = System.getProperty("os.arch", "");
    return switch (name) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64", "arm64" -> ARM64;
      case "arm" -> ARM;
      case "ppc64le" -> PPC64LE;
      case "s390x" -> S390X;
      case "riscv64" -> RISCV64;
      default -> throw new ProtocolException("no system call table for architecture " + name);
    };
  }
}
