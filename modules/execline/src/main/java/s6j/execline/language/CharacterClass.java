package s6j.execline.language;

/** The character classes of POSIX in the C locale: {@code [:alpha:]} and so on. */
public final class CharacterClass {
  private CharacterClass() {}

  /** Whether a class of this name has the byte; one that does not exist has none. */
  public static boolean contains(String name, int c) {
    return switch (name) {
      case "alpha" -> isUpper(c) || isLower(c);
      case "digit" -> isDigit(c);
      case "alnum" -> isUpper(c) || isLower(c) || isDigit(c);
      case "upper" -> isUpper(c);
      case "lower" -> isLower(c);
      case "space" -> c == ' ' || c >= 9 && c <= 13;
      case "blank" -> c == ' ' || c == '\t';
      case "punct" -> c > 32 && c < 127 && !isUpper(c) && !isLower(c) && !isDigit(c);
      case "print" -> c >= 32 && c < 127;
      case "graph" -> c > 32 && c < 127;
      case "cntrl" -> c < 32 || c == 127;
      case "xdigit" -> isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      default -> false;
    };
  }

  private static boolean isUpper(int c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
