package s6j.commands.portable.text;

/**
 * The order of lines: byte by byte, a line before those that it begins.
 *
 * @param skipBlanks whether blanks at the start of a line do not count
 * @param ignoreCase whether ASCII letters count as small
 * @param reverse whether it is the other way round
 */
record LineOrder(boolean skipBlanks, boolean ignoreCase, boolean reverse) {
  int compare(byte[] one, int oneStart, int oneEnd, byte[] other, int otherStart, int otherEnd) {
    int i = skipBlanks ? afterBlanks(one, oneStart, oneEnd) : oneStart;
    int k = skipBlanks ? afterBlanks(other, otherStart, otherEnd) : otherStart;
    int order = 0;
    while (order == 0 && i < oneEnd && k < otherEnd) {
      order = value(one[i++]) - value(other[k++]);
    }
    if (order == 0) {
      order = Integer.compare(oneEnd - i, otherEnd - k);
    }
    return reverse ? -order : order;
  }

  private int value(byte b) {
    return (ignoreCase ? LineMatcher.lower(b) : b) & 255;
  }

  private static int afterBlanks(byte[] text, int start, int end) {
    int at = start;
    while (at < end && (text[at] == ' ' || text[at] == '\t')) {
      at++;
    }
    return at;
  }
}
