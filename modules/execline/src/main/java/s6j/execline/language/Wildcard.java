package s6j.execline.language;

import s6j.posix.Bytes;

/**
 * Patterns of the shell: {@code *}, {@code ?}, {@code [set]} with ranges, {@code !} or {@code ^}
 * and classes, backslash escapes. Byte by byte, as in the C locale.
 */
public final class Wildcard {
  private final byte[] pattern;
  private final boolean escapes;

  /**
   * @param escapes whether a backslash takes the next byte literally
   */
  public Wildcard(Bytes pattern, boolean escapes) {
    this.pattern = pattern.toArray();
    this.escapes = escapes;
  }

  /** Whether there is anything but literal bytes in the pattern. */
  public boolean isMagic() {
    for (int i = 0; i < pattern.length; i++) {
      switch (pattern[i]) {
        case '*', '?', '[' -> {
          return true;
        }
        case '\\' -> i += escapes ? 1 : 0;
        default -> {}
      }
    }
    return false;
  }

  /** The pattern without its escapes. */
  public Bytes literal() {
    ByteBuilder literal = new ByteBuilder();
    for (int i = 0; i < pattern.length; i++) {
      if (escapes && pattern[i] == '\\' && i + 1 < pattern.length) {
        i++;
      }
      literal.add(pattern[i]);
    }
    return literal.build();
  }

  /** Whether the first byte it can match is a dot that is written out. */
  public boolean beginsWithDot() {
    return pattern.length > 0
        && (pattern[0] == '.'
            || escapes && pattern[0] == '\\' && pattern.length > 1 && pattern[1] == '.');
  }

  /** Whether the whole text matches; in time proportional to the product of both lengths. */
  public boolean matches(Bytes text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length && pattern[p] == '*') {
        star = p++;
        retry = t;
        continue;
      }
      int next = p < pattern.length ? one(p, text.at(t) & 255) : -1;
      if (next >= 0) {
        p = next;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '*') {
      p++;
    }
    return p == pattern.length;
  }

  /** Where the pattern goes on when its element at p matches this byte; -1 when it does not. */
  private int one(int p, int c) {
    switch (pattern[p]) {
      case '?' -> {
        return p + 1;
      }
      case '[' -> {
        int close = setEnd(p);
        if (close >= 0) {
          return inSet(p + 1, close, c) ? close + 1 : -1;
        }
        return c == '[' ? p + 1 : -1;
      }
      case '\\' -> {
        if (escapes) {
          return p + 1 < pattern.length && (pattern[p + 1] & 255) == c ? p + 2 : -1;
        }
        return c == '\\' ? p + 1 : -1;
      }
      default -> {
        return (pattern[p] & 255) == c ? p + 1 : -1;
      }
    }
  }

  /** The index of the bracket that closes the set which opens at p; -1 when it is not closed. */
  private int setEnd(int p) {
    int i = p + 1;
    if (i < pattern.length && (pattern[i] == '!' || pattern[i] == '^')) {
      i++;
    }
    for (boolean first = true; i < pattern.length; first = false) {
      if (pattern[i] == ']' && !first) {
        return i;
      }
      int classEnd = classEnd(i);
      if (classEnd > 0) {
        i = classEnd;
      } else {
        i += escapes && pattern[i] == '\\' ? 2 : 1;
      }
    }
    return -1;
  }

  /** Past the end of the class {@code [:name:]} at i; -1 when there is none. */
  private int classEnd(int i) {
    if (pattern[i] != '[' || i + 1 >= pattern.length || pattern[i + 1] != ':') {
      return -1;
    }
    for (int k = i + 2; k + 1 < pattern.length; k++) {
      if (pattern[k] == ':' && pattern[k + 1] == ']') {
        return k + 2;
      }
    }
    return -1;
  }

  private boolean inSet(int from, int close, int c) {
    int i = from;
    boolean negated = pattern[i] == '!' || pattern[i] == '^';
    if (negated) {
      i++;
    }
    boolean found = false;
    while (i < close) {
      int classEnd = classEnd(i);
      if (classEnd > 0) {
        String name = Bytes.of(pattern, i + 2, classEnd - 2).latin1();
        found |= CharacterClass.contains(name, c);
        i = classEnd;
        continue;
      }
      if (escapes && pattern[i] == '\\') {
        i++;
      }
      int low = pattern[i++] & 255;
      int high = low;
      if (i + 1 < close && pattern[i] == '-') {
        i++;
        if (escapes && pattern[i] == '\\') {
          i++;
        }
        high = pattern[i++] & 255;
      }
      found |= c >= low && c <= high;
    }
    return found != negated;
  }
}
