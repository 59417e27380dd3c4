package s6j.posix;

import java.util.Locale;

/** The signals by their Linux numbers, the same on every architecture of {@link Arch}. */
public enum Signal {
  HUP(1),
  INT(2),
  QUIT(3),
  ILL(4),
  TRAP(5),
  ABRT(6),
  BUS(7),
  FPE(8),
  KILL(9),
  USR1(10),
  SEGV(11),
  USR2(12),
  PIPE(13),
  ALRM(14),
  TERM(15),
  STKFLT(16),
  CHLD(17),
  CONT(18),
  STOP(19),
  TSTP(20),
  TTIN(21),
  TTOU(22),
  URG(23),
  XCPU(24),
  XFSZ(25),
  VTALRM(26),
  PROF(27),
  WINCH(28),
  IO(29),
  PWR(30),
  SYS(31);

  private static final Signal[] BY_NUMBER = new Signal[32];

  static {
    for (Signal signal : values()) {
      BY_NUMBER[signal.number] = signal;
    }
  }

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The signal with this number, or null for 0, real-time signals and numbers that are none. */
  public static Signal byNumber(int number) {
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /**
   * The number of a signal's name, with or without SIG, in any case, or of a decimal number; -1
   * when it is neither.
   */
  public static int parse(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    for (Signal signal : values()) {
      if (signal.name().equals(name)) {
        return signal.number;
      }
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || number > 64) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return text.isEmpty() || number == 0 || number > 64 ? -1 : number;
  }
}
