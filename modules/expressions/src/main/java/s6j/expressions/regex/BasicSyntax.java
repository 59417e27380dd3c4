package s6j.expressions.regex;

import java.io.ByteArrayOutputStream;
import s6j.posix.Bytes;

/**
 * Writes a POSIX basic regular expression as an extended one. Of what POSIX leaves open, {@code
 * \+}, {@code \?} and {@code \|} are the operators that they are in glibc.
 */
final class BasicSyntax {
  /** Operators when they have a backslash before them, else themselves. */
  private static final String OPERATORS = "(){}+?|";

  private final Bytes basic;
  private final ByteArrayOutputStream extended = new ByteArrayOutputStream();
  private int at;
  private int depth;

  /** Whether nothing that can be repeated has been seen in this branch. */
  private boolean first = true;

  /** Whether what came last was a repetition, which a star or an interval cannot follow. */
  private boolean repeated;

  private BasicSyntax(Bytes basic) {
    this.basic = basic;
  }

  static Bytes toExtended(Bytes basic) throws EreException {
    BasicSyntax syntax = new BasicSyntax(basic);
    while (syntax.at < basic.length()) {
      syntax.element();
    }
    return Bytes.of(syntax.extended.toByteArray());
  }

  private void element() throws EreException {
    int c = basic.at(at);
    boolean afterRepetition = repeated;
    repeated = false;
    switch (c) {
      case '\\' -> escaped(afterRepetition);
      case '[' -> bracket();
      case '^' -> {
        at++;
        // It stays true that nothing can be repeated: a star after an anchor is itself.
        if (first && beginsBranch(at - 1)) {
          extended.write('^');
        } else {
          literal('^');
        }
      }
      case '$' -> {
        at++;
        if (endsBranch()) {
          extended.write('$');
        } else {
          literal('$');
        }
      }
      case '*' -> {
        at++;
        if (first) {
          literal('*');
        } else {
          repeat('*', afterRepetition);
        }
      }
      default -> {
        at++;
        if (OPERATORS.indexOf(c) >= 0) {
          literal(c);
        } else {
          extended.write(c);
          first = false;
        }
      }
    }
  }

  private void literal(int c) {
    extended.write('\\');
    extended.write(c);
    first = false;
  }

  private void repeat(int operator, boolean afterRepetition) throws EreException {
    if (afterRepetition && operator != '+' && operator != '?') {
      throw new EreException("nothing to repeat");
    }
    extended.write(operator);
    repeated = operator != '{';
  }

  private void escaped(boolean afterRepetition) throws EreException {
    if (at + 1 == basic.length()) {
      throw new EreException("trailing backslash");
    }
    int c = basic.at(at + 1);
    at += 2;
    switch (c) {
      case '(' -> {
        depth++;
        begin('(');
      }
      case ')' -> {
        if (--depth < 0) {
          throw new EreException("unmatched \\)");
        }
        extended.write(')');
        first = false;
      }
      case '|' -> begin('|');
      case '+', '?' -> {
        if (first) {
          literal(c);
        } else {
          repeat(c, afterRepetition);
        }
      }
      case '{' -> repeat(c, afterRepetition);
      case '}' -> {
        extended.write(c);
        repeated = true;
      }
      case '<', '>', 'b', 'B', '`', '\'' -> {
        literal(c);
        // A place cannot be repeated.
        first = true;
      }
      default -> literal(c);
    }
  }

  private void begin(int operator) {
    extended.write(operator);
    first = true;
  }

  private boolean beginsBranch(int index) {
    return index == 0
        || index >= 2
            && basic.at(index - 2) == '\\'
            && (basic.at(index - 1) == '(' || basic.at(index - 1) == '|');
  }

  private boolean endsBranch() {
    return at == basic.length()
        || at + 1 < basic.length()
            && basic.at(at) == '\\'
            && (basic.at(at + 1) == ')' || basic.at(at + 1) == '|');
  }

  /** Copies a set in brackets, which is written the same way. */
  private void bracket() {
    int start = at++;
    if (at < basic.length() && basic.at(at) == '^') {
      at++;
    }
    if (at < basic.length() && basic.at(at) == ']') {
      at++;
    }
    while (at < basic.length() && basic.at(at) != ']') {
      at = afterElement();
    }
    // What is not closed is complained of by who reads it.
    at = Math.min(at + 1, basic.length());
    byte[] set = basic.slice(start, at).toArray();
    extended.write(set, 0, set.length);
    first = false;
  }

  /** Where an element of a set ends: a byte, or a class such as {@code [:alpha:]}. */
  private int afterElement() {
    int kind = at + 1 < basic.length() && basic.at(at) == '[' ? basic.at(at + 1) : 0;
    if (kind == ':' || kind == '.' || kind == '=') {
      for (int i = at + 2; i + 1 < basic.length(); i++) {
        if (basic.at(i) == kind && basic.at(i + 1) == ']') {
          return i + 2;
        }
      }
    }
    return at + 1;
  }
}
