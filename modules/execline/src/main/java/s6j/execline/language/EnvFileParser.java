package s6j.execline.language;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * Reads {@code key = value} lines, as {@code envfile} does: comments from {@code #} at the start of
 * a line, double quotes with the escapes of C, a backslash before a newline joins lines, white
 * space around key and value is dropped.
 */
public final class EnvFileParser {
  private static final int END = -1;

  private final byte[] text;
  private final List<Bytes> entries = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private EnvFileParser(byte[] text) {
    this.text = text;
  }

  /** The entries, {@code name=value}, in order. */
  public static List<Bytes> parse(Bytes content) throws SyntaxException {
    EnvFileParser parser = new EnvFileParser(content.toArray());
    while (parser.peek() != END) {
      parser.line();
    }
    return parser.entries;
  }

  private void line() throws SyntaxException {
    skipBlanks();
    int c = peek();
    if (c == '#') {
      while (peek() != END && peek() != '\n') {
        next();
      }
      next();
    } else if (c == '\n') {
      next();
    } else if (c != END) {
      assignment();
    }
  }

  private void assignment() throws SyntaxException {
    ByteBuilder entry = new ByteBuilder();
    for (int c = peek(); c != '=' && !isBlank(c); c = peek()) {
      if (c == END || c == 0 || c == '\n' || c == '"' || c == '\\') {
        throw error("a variable name, then =");
      }
      entry.add(next());
    }
    skipBlanks();
    if (peek() != '=' || entry.length() == 0) {
      throw error(entry.length() == 0 ? "a variable name" : "= after the variable name");
    }
    entry.add(next());
    skipBlanks();
    value(entry);
    entries.add(entry.build());
  }

  private void value(ByteBuilder entry) throws SyntaxException {
    int kept = entry.length();
    for (; ; ) {
      int c = peek();
      if (c == END || c == '\n') {
        next();
        entry.cut(kept);
        return;
      }
      if (c == '"') {
        next();
        quoted(entry);
        kept = entry.length();
      } else if (c == '\\') {
        next();
        plainEscape(entry);
        kept = entry.length();
      } else if (c == 0) {
        throw error("a character that a variable can hold");
      } else {
        entry.add(next());
        if (!isBlank(c)) {
          kept = entry.length();
        }
      }
    }
  }

  private void plainEscape(ByteBuilder entry) throws SyntaxException {
    int c = peek();
    switch (c) {
      case '\n' -> next();
      case '\\', '"', ' ', '\t', '\r' -> entry.add(next());
      default -> throw error("\\, \", white space or a newline after the backslash");
    }
  }

  private void quoted(ByteBuilder entry) throws SyntaxException {
    for (; ; ) {
      int c = peek();
      if (c == END || c == 0 || c == '\n') {
        throw error("\" to end the string");
      }
      next();
      if (c == '"') {
        return;
      }
      if (c == '\\') {
        quotedEscape(entry);
      } else {
        entry.add(c);
      }
    }
  }

  private void quotedEscape(ByteBuilder entry) throws SyntaxException {
    int c = peek();
    if (c == END) {
      throw error("a character after the backslash");
    }
    if (c >= '0' && c <= '7') {
      octal(entry);
      return;
    }
    next();
    switch (c) {
      case '\n' -> {}
      case 'a' -> entry.add(7);
      case 'b' -> entry.add(8);
      case 't' -> entry.add(9);
      case 'n' -> entry.add(10);
      case 'v' -> entry.add(11);
      case 'f' -> entry.add(12);
      case 'r' -> entry.add(13);
      case 'x' -> hexadecimal(entry);
      default -> entry.add(c);
    }
  }

  private void octal(ByteBuilder entry) throws SyntaxException {
    int value = 0;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; i++) {
      value = value * 8 + next() - '0';
    }
    add(entry, value);
  }

  private void hexadecimal(ByteBuilder entry) throws SyntaxException {
    int value = 0;
    for (int i = 0; i < 2; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw error("two hexadecimal digits after \\x");
      }
      next();
      value = value * 16 + digit;
    }
    add(entry, value);
  }

  private void add(ByteBuilder entry, int value) throws SyntaxException {
    if (value == 0 || value > 255) {
      at--;
      throw error("a character number from 1 to 255");
    }
    entry.add(value);
  }

  private void skipBlanks() {
    while (isBlank(peek())) {
      next();
    }
  }

  private int peek() {
    return at < text.length ? text[at] & 255 : END;
  }

  private int next() {
    int c = peek();
    if (c != END) {
      at++;
      if (c == '\n') {
        line++;
        lineStart = at;
      }
    }
    return c;
  }

  private SyntaxException error(String expected) {
    int c = peek();
    String found =
        switch (c) {
          case END -> "the end of the file";
          case '\n' -> "the end of the line";
          default -> c > 32 && c < 127 ? String.valueOf((char) c) : "byte " + c;
        };
    return new SyntaxException("syntax error", line, at - lineStart + 1, found, expected);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\r';
  }
}
