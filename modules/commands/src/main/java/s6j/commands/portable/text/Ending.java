package s6j.commands.portable.text;

/**
 * The end of a text.
 *
 * @param count how many lines or bytes it has
 * @param lines whether they are lines
 */
record Ending(long count, boolean lines) {
  /**
   * Where an ending begins in a piece of text.
   *
   * @param start the index; 0 when it begins before the piece, or with it
   * @param left how many lines or bytes are still to be found before the piece
   */
  record Place(int start, long left) {}

  Ending withCount(long newCount) {
    return new Ending(newCount, lines);
  }

  /** Whether a byte is one of those that are counted: any, or what ends a line. */
  boolean counts(byte b) {
    return !lines || b == '\n';
  }

  /** Where the ending begins in a whole text. */
  int startIn(byte[] text, int length) {
    return placeIn(text, length, true).start();
  }

  /**
   * Where the ending begins in a piece of a text, if it does.
   *
   * @param last whether nothing follows the piece; a newline at its end then ends the last line,
   *     and does not begin another
   */
  Place placeIn(byte[] piece, int length, boolean last) {
    if (!lines) {
      int taken = (int) Math.min(count, length);
      return new Place(length - taken, count - taken);
    }
    long left = count;
    for (int i = length - 1; i >= 0; i--) {
      boolean endOfAll = last && i == length - 1;
      if (piece[i] == '\n' && !endOfAll && --left == 0) {
        return new Place(i + 1, 0);
      }
    }
    return new Place(0, left);
  }
}
