package s6j.execline.commands;

import s6j.chain.Options;
import s6j.posix.Bytes;

/** A list of exit codes, {@code 0,3,111}, and whether a loop stops on them or on all others. */
record ExitCodes(boolean[] listed, boolean stopOnListed) {
  /** A loop that no code stops. */
  static final ExitCodes NEVER_STOP = new ExitCodes(new boolean[256], true);

  /** A loop that any code but 0 stops. */
  static final ExitCodes STOP_UNLESS_ZERO = new ExitCodes(zero(), false);

  private static boolean[] zero() {
    boolean[] codes = new boolean[256];
    codes[0] = true;
    return codes;
  }

  /** Reads a list; null when it is none. */
  static ExitCodes parse(Bytes list, boolean stopOnListed) {
    boolean[] listed = new boolean[256];
    for (Bytes piece : list.split(',')) {
      long code = Options.unsigned(piece);
      if (code < 0) {
        return null;
      }
      listed[(int) (code & 255)] = true;
    }
    return new ExitCodes(listed, stopOnListed);
  }

  boolean stops(int code) {
    return listed[code] == stopOnListed;
  }
}
