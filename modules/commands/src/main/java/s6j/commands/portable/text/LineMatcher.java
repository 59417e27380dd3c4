package s6j.commands.portable.text;

import s6j.expressions.regex.Ere;
import s6j.posix.Bytes;

/** Tells lines from others. */
@FunctionalInterface
interface LineMatcher {
  boolean matches(byte[] from, int start, int end);

  /** Lines in which a regular expression matches. */
  static LineMatcher of(Ere expression) {
    return expression::find;
  }

  /** Lines that hold a string. */
  static LineMatcher of(Bytes string, boolean ignoreCase) {
    byte[] wanted = string.toArray();
    if (!ignoreCase) {
      return (from, start, end) -> holds(from, start, end, wanted);
    }
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = lower(wanted[i]);
    }
    return (from, start, end) -> holdsInAnyCase(from, start, end, wanted);
  }

  private static boolean holds(byte[] from, int start, int end, byte[] wanted) {
    for (int at = start; at + wanted.length <= end; at++) {
      int i = 0;
      while (i < wanted.length && from[at + i] == wanted[i]) {
        i++;
      }
      if (i == wanted.length) {
        return true;
      }
    }
    return false;
  }

  private static boolean holdsInAnyCase(byte[] from, int start, int end, byte[] wanted) {
    for (int at = start; at + wanted.length <= end; at++) {
      int i = 0;
      while (i < wanted.length && lower(from[at + i]) == wanted[i]) {
        i++;
      }
      if (i == wanted.length) {
        return true;
      }
    }
    return false;
  }

  /** The small letter of an ASCII capital; any other byte as it is. */
  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 'a' - 'A') : b;
  }
}
