package s6j.commands.portable;

import java.io.ByteArrayOutputStream;

/** Strings in quotes as {@code s6-quote} writes them: printable ASCII, whatever they hold. */
public final class Quoting {
  /** The letters after a backslash, and the bytes that they stand for. */
  static final String LETTERS = "abtnvfr";

  static final String CONTROLS = "\u0007\b\t\n\u000b\f\r";
  private static final String HEX = "0123456789abcdef";

  private final int delimiter;
  private final boolean delimited;

  /**
   * @param delimiter the quote; it is escaped within the string
   * @param delimited whether it is put around the string
   */
  public Quoting(int delimiter, boolean delimited) {
    this.delimiter = delimiter & 255;
    this.delimited = delimited;
  }

  /** Appends a piece of an array, quoted. */
  public void quote(byte[] from, int start, int end, ByteArrayOutputStream to) {
    if (delimited) {
      to.write(delimiter);
    }
    for (int i = start; i < end; i++) {
      escape(from[i] & 255, to);
    }
    if (delimited) {
      to.write(delimiter);
    }
  }

  private void escape(int c, ByteArrayOutputStream to) {
    int control = CONTROLS.indexOf(c);
    if (control >= 0) {
      to.write('\\');
      to.write(LETTERS.charAt(control));
    } else if (c < ' ' || c > '~' || c == delimiter && isLetterOfEscapes(c)) {
      to.write('\\');
      to.write('0');
      to.write('x');
      to.write(HEX.charAt(c >> 4));
      to.write(HEX.charAt(c & 15));
    } else {
      if (c == delimiter || c == '\\') {
        to.write('\\');
      }
      to.write(c);
    }
  }

  /** Whether a backslash before it would make something else of it. */
  private static boolean isLetterOfEscapes(int c) {
    return c == '0' || LETTERS.indexOf(c) >= 0;
  }
}
