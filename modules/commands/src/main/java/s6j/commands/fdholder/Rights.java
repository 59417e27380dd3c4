package s6j.commands.fdholder;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import s6j.commands.access.Rule;
import s6j.posix.Bytes;

/**
 * What a client may ask for, by the variables of the rule that lets it in.
 *
 * @param store names under which it may store and delete; null for none
 * @param retrieve names that it may retrieve; null for none
 */
record Rights(Pattern store, Pattern retrieve, boolean list, boolean getDump, boolean setDump) {

  /**
   * The rights that a rule gives.
   *
   * @throws PatternSyntaxException when a value is no regular expression
   */
  static Rights of(Rule rule) {
    return new Rights(
        pattern(value(rule, "S6_FDHOLDER_STORE_REGEX")),
        pattern(value(rule, "S6_FDHOLDER_RETRIEVE_REGEX")),
        value(rule, "S6_FDHOLDER_LIST") != null,
        value(rule, "S6_FDHOLDER_GETDUMP") != null,
        value(rule, "S6_FDHOLDER_SETDUMP") != null);
  }

  boolean mayStore(Bytes id) {
    return store != null && store.matcher(id.latin1()).find();
  }

  boolean mayRetrieve(Bytes id) {
    return retrieve != null && retrieve.matcher(id.latin1()).find();
  }

  private static Bytes value(Rule rule, String name) {
    Bytes prefix = Bytes.of(name + "=");
    for (Bytes variable : rule.variables()) {
      if (variable.startsWith(prefix)) {
        return variable.from(prefix.length());
      }
    }
    return null;
  }

  private static Pattern pattern(Bytes extended) {
    return extended == null ? null : Pattern.compile(javaOf(extended.latin1()), Pattern.DOTALL);
  }

  /**
   * The same expression in Java's syntax. What differs is within brackets: there a backslash, an
   * opening bracket and {@code &&} are ordinary, and classes are written {@code [:alpha:]}.
   */
  static String javaOf(String extended) {
    StringBuilder java = new StringBuilder();
    int i = 0;
    while (i < extended.length()) {
      char c = extended.charAt(i);
      if (c == '\\' && i + 1 < extended.length()) {
        java.append(Pattern.quote(extended.substring(i + 1, i + 2)));
        i += 2;
      } else if (c == '[') {
        i = bracket(extended, i, java);
      } else {
        java.append(c);
        i++;
      }
    }
    return java.toString();
  }

  /** Translates the bracket expression at {@code start}; returns where it ends. */
  private static int bracket(String extended, int start, StringBuilder java) {
    int i = start + 1;
    java.append('[');
    if (i < extended.length() && extended.charAt(i) == '^') {
      java.append('^');
      i++;
    }
    for (int first = i; i < extended.length(); i++) {
      char c = extended.charAt(i);
      if (c == ']' && i > first) {
        java.append(']');
        return i + 1;
      }
      int end = c == '[' && extended.startsWith("[:", i) ? extended.indexOf(":]", i + 2) : -1;
      if (end >= 0) {
        java.append("\\p{").append(property(extended.substring(i + 2, end))).append('}');
        i = end + 1;
      } else if (c == '-') {
        java.append('-');
      } else {
        java.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
      }
    }
    throw new PatternSyntaxException("unmatched [", extended, start);
  }

  private static String property(String name) {
    return switch (name) {
      case "alpha" -> "Alpha";
      case "digit" -> "Digit";
      case "alnum" -> "Alnum";
      case "upper" -> "Upper";
      case "lower" -> "Lower";
      case "punct" -> "Punct";
      case "graph" -> "Graph";
      case "print" -> "Print";
      case "blank" -> "Blank";
      case "cntrl" -> "Cntrl";
      case "xdigit" -> "XDigit";
      case "space" -> "Space";
      default -> name;
    };
  }
}
