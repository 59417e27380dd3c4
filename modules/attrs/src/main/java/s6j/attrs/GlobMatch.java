package s6j.attrs;

import s6j.posix.Bytes;

/**
 * Whether a name matches a pattern, byte by byte as in the C locale. A dot at the start of a name
 * is matched by a dot only.
 */
final class GlobMatch {
  private GlobMatch() {}

  static boolean matches(Bytes pattern, Bytes name) {
    if (name.at(0) == '.' && !startsWithDot(pattern)) {
      return false;
    }
    // Where to go on when what follows the last star does not match: one byte further on.
    int star = -1;
    int retry = 0;
    int p = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.at(p) == '*') {
        star = ++p;
        retry = n;
        continue;
      }
      int next = p < pattern.length() ? step(pattern, p, name.at(n) & 255) : -1;
      if (next > 0) {
        p = next;
        n++;
      } else if (star >= 0) {
        p = star;
        n = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.at(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean startsWithDot(Bytes pattern) {
    return pattern.at(0) == '.'
        || pattern.at(0) == '\\' && pattern.length() > 1 && pattern.at(1) == '.';
  }

  /**
   * Where the pattern goes on when the element at {@code p} matches a byte; -1 when it does not.
   */
  private static int step(Bytes pattern, int p, int b) {
    byte element = pattern.at(p);
    if (element == '?') {
      return p + 1;
    }
    if (element == '[') {
      int end = bracketEnd(pattern, p);
      if (end > 0) {
        return inBracket(pattern, p + 1, end, b) ? end + 1 : -1;
      }
    }
    int at = element == '\\' && p + 1 < pattern.length() ? p + 1 : p;
    return (pattern.at(at) & 255) == b ? at + 1 : -1;
  }

  /** The index of the bracket that closes the one at {@code open}; -1 when none does. */
  static int bracketEnd(Bytes pattern, int open) {
    int i = open + 1;
    if (i < pattern.length() && (pattern.at(i) == '!' || pattern.at(i) == '^')) {
      i++;
    }
    for (boolean first = true; i < pattern.length(); i++, first = false) {
      byte b = pattern.at(i);
      if (b == ']' && !first) {
        return i;
      }
      if (b == '\\') {
        i++;
      } else if (b == '[' && i + 1 < pattern.length() && pattern.at(i + 1) == ':') {
        int close = classEnd(pattern, i);
        i = close > 0 ? close : i;
      }
    }
    return -1;
  }

  /** The index of the {@code ]} of a {@code [:class:]} that begins at {@code at}; -1 for none. */
  private static int classEnd(Bytes pattern, int at) {
    int colon = pattern.indexOf(':', at + 2);
    return colon > 0 && colon + 1 < pattern.length() && pattern.at(colon + 1) == ']'
        ? colon + 1
        : -1;
  }

  private static boolean inBracket(Bytes pattern, int start, int end, int b) {
    boolean negated = pattern.at(start) == '!' || pattern.at(start) == '^';
    boolean found = false;
    int i = negated ? start + 1 : start;
    while (i < end) {
      int close = pattern.at(i) == '[' && pattern.at(i + 1) == ':' ? classEnd(pattern, i) : -1;
      if (close > 0) {
        found |= inClass(pattern.slice(i + 2, close - 1).latin1(), b);
        i = close + 1;
        continue;
      }
      i += pattern.at(i) == '\\' && i + 1 < end ? 1 : 0;
      int low = pattern.at(i++) & 255;
      int high = low;
      if (i + 1 < end && pattern.at(i) == '-') {
        i += pattern.at(i + 1) == '\\' && i + 2 < end ? 2 : 1;
        high = pattern.at(i++) & 255;
      }
      found |= low <= b && b <= high;
    }
    return found != negated;
  }

  private static boolean inClass(String name, int b) {
    boolean lower = b >= 'a' && b <= 'z';
    boolean upper = b >= 'A' && b <= 'Z';
    boolean digit = b >= '0' && b <= '9';
    return switch (name) {
      case "alpha" -> lower || upper;
      case "lower" -> lower;
      case "upper" -> upper;
      case "digit" -> digit;
      case "alnum" -> lower || upper || digit;
      case "xdigit" -> digit || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
      case "blank" -> b == ' ' || b == '\t';
      case "space" -> b == ' ' || b >= '\t' && b <= '\r';
      case "cntrl" -> b < ' ' || b == 127;
      case "print" -> b >= ' ' && b < 127;
      case "graph" -> b > ' ' && b < 127;
      case "punct" -> b > ' ' && b < 127 && !lower && !upper && !digit;
      default -> false;
    };
  }
}
