package s6j.commands.portable;

import java.io.ByteArrayOutputStream;
import s6j.posix.Bytes;

/** Quoted strings back as what they were. */
public final class Unquoting {
  private static final Bytes USUAL = Bytes.of("\"");
  private static final int HEX_LENGTH = 5;
  private static final int NO_BYTE = 256;

  private final Bytes delimiters;

  /**
   * @param delimiters what a string may begin and end with, null for the double quote; empty when
   *     strings are escaped only
   */
  public Unquoting(Bytes delimiters) {
    this.delimiters = delimiters == null ? USUAL : delimiters;
  }

  /**
   * Appends what a quoted string stands for.
   *
   * @throws QuotingException when it is none; part of it may have been appended
   */
  public void unquote(byte[] from, int start, int end, ByteArrayOutputStream to)
      throws QuotingException {
    if (delimiters.isEmpty()) {
      content(from, start, end, NO_BYTE, to);
      return;
    }
    if (start == end || !delimiters.contains(from[start])) {
      throw new QuotingException("it does not begin with a quote");
    }
    int close = content(from, start + 1, end, from[start], to);
    if (close == end) {
      throw new QuotingException("the closing quote is missing");
    }
    if (close + 1 < end) {
      throw new QuotingException("something follows the closing quote at " + (close - start));
    }
  }

  /** Appends up to the delimiter; returns where that is, {@code end} when there is none. */
  private static int content(
      byte[] from, int start, int end, int delimiter, ByteArrayOutputStream to)
      throws QuotingException {
    int at = start;
    while (at < end && from[at] != delimiter) {
      if (from[at] != '\\') {
        to.write(from[at++]);
      } else {
        at = escaped(from, at, end, to);
      }
    }
    return at;
  }

  /** Appends what the escape at {@code at} stands for; returns where it ends. */
  private static int escaped(byte[] from, int at, int end, ByteArrayOutputStream to)
      throws QuotingException {
    if (at + 1 == end) {
      throw new QuotingException("nothing follows the last backslash");
    }
    int c = from[at + 1];
    int letter = Quoting.LETTERS.indexOf(c);
    if (letter >= 0) {
      to.write(Quoting.CONTROLS.charAt(letter));
      return at + 2;
    }
    if (c != '0') {
      to.write(c);
      return at + 2;
    }
    if (at + HEX_LENGTH > end || from[at + 2] != 'x') {
      throw new QuotingException("\\0 is not followed by x and two hexadecimal digits");
    }
    int high = Character.digit(from[at + 3], 16);
    int low = Character.digit(from[at + 4], 16);
    if (high < 0 || low < 0) {
      throw new QuotingException("\\0x is not followed by two hexadecimal digits");
    }
    to.write(high << 4 | low);
    return at + HEX_LENGTH;
  }
}
