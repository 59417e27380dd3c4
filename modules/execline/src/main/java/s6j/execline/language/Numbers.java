package s6j.execline.language;

import s6j.posix.Bytes;

/** Decimal numbers as they stand in arguments and variables. */
public final class Numbers {
  private Numbers() {}

  /** The unsigned number that the word begins with; 0 when it begins with none. */
  public static long leading(Bytes word) {
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE) {
        break;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The value of a word of octal digits, modulo 2^32; -1 when it is none. */
  public static long octal(Bytes word) {
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      if (digit < 0 || digit > 7) {
        return -1;
      }
      value = value * 8 + digit & 0xffffffffL;
    }
    return word.isEmpty() ? -1 : value;
  }

  /** A number as a word. */
  public static Bytes word(long value) {
    return Bytes.of(Long.toString(value));
  }
}
