package s6j.execline.language;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import s6j.posix.Bytes;

/**
 * Regular expressions of POSIX, extended or basic, byte by byte as in the C locale, as those of
 * {@code case}, with what its groups match. They are translated for the engine of Java; of several
 * ways to match, which is seen in groups only, that may take another than the longest.
 */
public final class PosixRegex {
  private final Pattern pattern;

  private PosixRegex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @param extended whether it is an extended one
   * @param lines whether a newline is matched by nothing but itself
   * @throws IllegalArgumentException with the reason when it is none
   */
  public static PosixRegex compile(
      Bytes expression, boolean extended, boolean ignoreCase, boolean lines) {
    String java = new Translation(expression.latin1(), extended, lines).translate();
    int flags =
        (lines ? Pattern.UNIX_LINES : Pattern.DOTALL) | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
    try {
      return new PosixRegex(Pattern.compile(java, flags));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("Invalid regular expression", e);
    }
  }

  /**
   * Matches the whole text.
   *
   * @return what each group matched, empty for one that took no part; null when it does not match
   */
  public Bytes[] match(Bytes text) {
    Matcher matcher = pattern.matcher(text.latin1());
    try {
      if (!matcher.matches()) {
        return null;
      }
    } catch (StackOverflowError e) {
      throw tooLong(e);
    }
    Bytes[] groups = new Bytes[matcher.groupCount()];
    for (int i = 0; i < groups.length; i++) {
      int start = matcher.start(i + 1);
      groups[i] = start < 0 ? Bytes.EMPTY : text.slice(start, matcher.end(i + 1));
    }
    return groups;
  }

  private static IllegalStateException tooLong(StackOverflowError e) {
    return new IllegalStateException("the value is too long for this regular expression", e);
  }

  /** One expression on its way from one language to the other. */
  private static final class Translation {
    private final String from;
    private final boolean extended;
    private final boolean lines;
    private final StringBuilder to = new StringBuilder();
    private int at;
    private final Deque<Integer> openGroups = new ArrayDeque<>();

    /** Where in the translation the last atom begins; -1 when there is none to repeat. */
    private int atomStart = -1;

    private boolean repeated;

    Translation(String from, boolean extended, boolean lines) {
      this.lines = lines;
      this.from = from;
      this.extended = extended;
    }

    String translate() {
      while (at < from.length()) {
        char c = from.charAt(at++);
        switch (c) {
          case '[' -> set();
          case '\\' -> escape();
          case '.' -> atom(".");
          case '*' -> repeat("*");
          case '^' -> {
            if (extended || atStartOfBranch()) {
              to.append("\\A");
              atomStart = -1;
            } else {
              literal('^');
            }
          }
          case '$' -> {
            if (extended || atEndOfBranch()) {
              atom("\\z");
            } else {
              literal('$');
            }
          }
          default -> {
            if (extended) {
              special(c);
            } else {
              literal(c);
            }
          }
        }
      }
      if (!openGroups.isEmpty()) {
        throw new IllegalArgumentException("Unmatched ( or \\(");
      }
      return to.toString();
    }

    private boolean atStartOfBranch() {
      return at == 1 || from.startsWith("\\(", at - 3) || from.startsWith("\\|", at - 3);
    }

    private boolean atEndOfBranch() {
      return at == from.length() || from.startsWith("\\)", at) || from.startsWith("\\|", at);
    }

    private void special(char c) {
      switch (c) {
        case '(' -> open();
        case ')' -> close();
        case '|' -> branch();
        case '+', '?' -> repeat(String.valueOf(c));
        case '{' -> interval();
        default -> literal(c);
      }
    }

    private void escape() {
      if (at == from.length()) {
        throw new IllegalArgumentException("Trailing backslash");
      }
      char c = from.charAt(at++);
      if (extended) {
        backReferenceOr(c);
        return;
      }
      switch (c) {
        case '(' -> open();
        case ')' -> close();
        case '|' -> branch();
        case '+', '?' -> repeat(String.valueOf(c));
        case '{' -> interval();
        default -> backReferenceOr(c);
      }
    }

    private void backReferenceOr(char c) {
      switch (c) {
        case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> atom("(?:\\" + c + ")");
        // What the C library adds to POSIX, and scripts may have come to rely on.
        case 'w', 'W', 's', 'S', 'b', 'B' -> atom("\\" + c);
        case '<' -> atom("\\b(?=\\w)");
        case '>' -> atom("\\b(?<=\\w)");
        default -> literal(c);
      }
    }

    private void open() {
      openGroups.push(to.length());
      to.append('(');
      atomStart = -1;
    }

    private void close() {
      if (openGroups.isEmpty()) {
        if (extended) {
          literal(')');
          return;
        }
        throw new IllegalArgumentException("Unmatched ) or \\)");
      }
      to.append(')');
      atomStart = openGroups.pop();
      repeated = false;
    }

    private void branch() {
      to.append('|');
      atomStart = -1;
    }

    private void atom(String java) {
      atomStart = to.length();
      repeated = false;
      to.append(java);
    }

    private void literal(char c) {
      boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      atom(word || c > 127 || c < ' ' ? String.valueOf(c) : "\\" + c);
    }

    /** A repetition of what came before; where nothing did, the sign is itself. */
    private void repeat(String sign) {
      if (atomStart >= 0) {
        quantify(sign);
      } else if (!extended) {
        literal(sign.charAt(0));
      } else {
        throw new IllegalArgumentException("Invalid preceding regular expression");
      }
    }

    /** What is repeated already is grouped: in Java a second sign would mean something else. */
    private void quantify(String sign) {
      if (repeated) {
        to.insert(atomStart, "(?:").append(')');
      }
      to.append(sign);
      repeated = true;
    }

    private void interval() {
      int close = from.indexOf(extended ? "}" : "\\}", at);
      String bounds = close < 0 ? "" : from.substring(at, close);
      if (atomStart < 0) {
        throw new IllegalArgumentException("Invalid preceding regular expression");
      }
      if (close < 0) {
        throw new IllegalArgumentException("Unmatched \\{");
      }
      if (!isInterval(bounds)) {
        throw new IllegalArgumentException("Invalid content of \\{\\}");
      }
      at = close + (extended ? 1 : 2);
      quantify("{" + (bounds.startsWith(",") ? "0" + bounds : bounds) + "}");
    }

    private static boolean isInterval(String bounds) {
      int comma = bounds.indexOf(',');
      String low = comma < 0 ? bounds : bounds.substring(0, comma);
      String high = comma < 0 ? "" : bounds.substring(comma + 1);
      return allDigits(low)
          && allDigits(high)
          && !(low.isEmpty() && high.isEmpty())
          && (low.isEmpty() || high.isEmpty() || Integer.parseInt(low) <= Integer.parseInt(high));
    }

    private static boolean allDigits(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) < '0' || text.charAt(i) > '9') {
          return false;
        }
      }
      return text.length() <= 5;
    }

    /** A set in brackets, written out as the bytes that it has. */
    private void set() {
      boolean negated = at < from.length() && from.charAt(at) == '^';
      if (negated) {
        at++;
      }
      boolean[] members = new boolean[256];
      boolean first = true;
      for (; ; first = false) {
        if (at >= from.length()) {
          throw new IllegalArgumentException("Unmatched [, [^, [:, [., or [=");
        }
        if (from.charAt(at) == ']' && !first) {
          at++;
          break;
        }
        if (from.startsWith("[:", at)) {
          addClass(members);
        } else {
          addRange(members);
        }
      }
      atomStart = to.length();
      repeated = false;
      appendSet(members, negated);
    }

    private void addClass(boolean[] members) {
      int close = from.indexOf(":]", at + 2);
      if (close < 0) {
        throw new IllegalArgumentException("Unmatched [, [^, [:, [., or [=");
      }
      String name = from.substring(at + 2, close);
      boolean any = false;
      for (int c = 0; c < 256; c++) {
        boolean has = CharacterClass.contains(name, c);
        members[c] |= has;
        any |= has;
      }
      if (!any) {
        throw new IllegalArgumentException("Invalid character class name");
      }
      at = close + 2;
    }

    private void addRange(boolean[] members) {
      int low = setMember();
      int high = low;
      if (at + 1 < from.length() && from.charAt(at) == '-' && from.charAt(at + 1) != ']') {
        at++;
        high = setMember();
      }
      if (high < low) {
        throw new IllegalArgumentException("Invalid range end");
      }
      for (int c = low; c <= high; c++) {
        members[c] = true;
      }
    }

    /** One byte of a set, also as {@code [.x.]} or {@code [=x=]}. */
    private int setMember() {
      if (at + 4 < from.length()
          && from.charAt(at) == '['
          && (from.charAt(at + 1) == '.' || from.charAt(at + 1) == '=')
          && from.charAt(at + 3) == from.charAt(at + 1)
          && from.charAt(at + 4) == ']') {
        char member = from.charAt(at + 2);
        at += 5;
        return member;
      }
      return from.charAt(at++);
    }

    private void appendSet(boolean[] members, boolean negated) {
      to.append(negated ? "[^" : "[");
      members['\n'] |= negated && lines;
      boolean any = false;
      for (int c = 0; c < 256; c++) {
        if (members[c]) {
          any = true;
          to.append("\\x")
              .append(Character.forDigit(c >> 4, 16))
              .append(Character.forDigit(c & 15, 16));
        }
      }
      if (!any) {
        throw new IllegalArgumentException("Invalid character class name");
      }
      to.append(']');
    }
  }
}
