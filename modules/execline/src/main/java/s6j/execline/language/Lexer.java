package s6j.execline.language;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * Turns the text of a script into the words of one command line, as {@code execlineb} does: a word
 * within n nested blocks gets n leading spaces, the end of a block is a word of as many spaces as
 * there are blocks around it.
 *
 * <p>White space is every byte from 1 to 32; a NUL ends the script.
 */
public final class Lexer {
  private static final int END = -1;

  /** How much all words may be, in bytes: nothing could evaluate more. */
  private static final int SIZE_MAX = 4 << 20;

  private final byte[] text;
  private final List<Bytes> words = new ArrayList<>();
  private final List<int[]> openBlocks = new ArrayList<>();
  private final ByteBuilder word = new ByteBuilder();
  private int at;
  private int line = 1;
  private int lineStart;
  private int size;

  private Lexer(byte[] text) {
    this.text = text;
  }

  /**
   * The words of a script; none for a script of nothing but comments.
   *
   * @throws SyntaxException when it is none
   */
  public static List<Bytes> parse(Bytes script) throws SyntaxException {
    Lexer lexer = new Lexer(script.toArray());
    lexer.betweenWords();
    return lexer.words;
  }

  private void betweenWords() throws SyntaxException {
    for (; ; ) {
      int c = next();
      switch (c) {
        case END -> {
          atEnd();
          return;
        }
        case '#' -> skipComment();
        case '"' -> {
          begin();
          quoted();
          inWord();
        }
        case '\\' -> backslashBetweenWords();
        case '{' -> braceOpens();
        case '}' -> braceCloses();
        default -> {
          if (!isSpace(c)) {
            begin();
            word.add(c);
            inWord();
          }
        }
      }
    }
  }

  private void skipComment() {
    while (peek() != END && peek() != '\n') {
      next();
    }
  }

  /** A backslash begins a word, unless a newline or the end of the script follows it. */
  private void backslashBetweenWords() throws SyntaxException {
    int c = next();
    if (c != END && c != '\n') {
      begin();
      word.add(c);
      inWord();
    }
  }

  private void braceOpens() throws SyntaxException {
    int[] here = {line, column() - 1};
    int c = peek();
    if (c == END) {
      throw error("syntax error", "the end of the script after {", "white space and a block");
    }
    if (isSpace(c)) {
      openBlocks.add(here);
    } else {
      begin();
      word.add('{');
      inWord();
    }
  }

  private void braceCloses() throws SyntaxException {
    int c = peek();
    if (c != END && !isSpace(c)) {
      begin();
      word.add('}');
      inWord();
      return;
    }
    if (openBlocks.isEmpty()) {
      at--;
      throw error("unmatched }", "} outside of any block", "a word or the end of the script");
    }
    openBlocks.removeLast();
    begin();
    end();
  }

  private void atEnd() throws SyntaxException {
    if (!openBlocks.isEmpty()) {
      int[] open = openBlocks.getLast();
      String block = "the block opened at line " + open[0] + ", column " + open[1];
      throw error("unmatched {", "the end of the script", "} to close " + block);
    }
  }

  private void inWord() throws SyntaxException {
    for (; ; ) {
      int c = next();
      if (c == END || isSpace(c)) {
        end();
        return;
      }
      if (c == '"') {
        quoted();
      } else if (c == '\\') {
        int escaped = next();
        if (escaped == END) {
          throw error("syntax error", "the end of the script", "a character after the backslash");
        }
        word.add(escaped);
      } else {
        word.add(c);
      }
    }
  }

  private void quoted() throws SyntaxException {
    int startLine = line;
    int startColumn = column() - 1;
    for (; ; ) {
      int c = next();
      switch (c) {
        case '"' -> {
          return;
        }
        case END ->
            throw error(
                "syntax error",
                "the end of the script",
                "\" to end the string begun at line " + startLine + ", column " + startColumn);
        case '\\' -> escapeInQuotes();
        default -> word.add(c);
      }
    }
  }

  private void escapeInQuotes() throws SyntaxException {
    int c = next();
    switch (c) {
      case END ->
          throw error("syntax error", "the end of the script", "a character after the backslash");
      case '\n' -> {}
      case 'a' -> word.add(7);
      case 'b' -> word.add(8);
      case 't' -> word.add(9);
      case 'n' -> word.add(10);
      case 'v' -> word.add(11);
      case 'f' -> word.add(12);
      case 'r' -> word.add(13);
      case '0' -> zeroEscape();
      default -> {
        if (c >= '1' && c <= '9') {
          number(10, 3, c - '0', 1);
        } else {
          word.add(c);
        }
      }
    }
  }

  /** After {@code \0}: x and hexadecimal digits, or octal digits. */
  private void zeroEscape() throws SyntaxException {
    int c = peek();
    if (c == 'x') {
      next();
      if (digit(peek(), 16) < 0) {
        throw error("syntax error", named(peek()), "a hexadecimal digit after \\0x");
      }
      number(16, 2, 0, 0);
    } else if (digit(c, 8) >= 0) {
      number(8, 3, 0, 0);
    } else {
      throw error("syntax error", named(c), "x or an octal digit after \\0");
    }
  }

  private void number(int base, int digitsMax, int start, int have) throws SyntaxException {
    int value = start;
    for (int n = have; n < digitsMax && digit(peek(), base) >= 0; n++) {
      value = value * base + digit(next(), base);
    }
    if (value == 0 || value > 255) {
      at--;
      throw error("syntax error", "the character number " + value, "a number from 1 to 255");
    }
    word.add(value);
  }

  private void begin() {
    word.clear();
    for (int i = 0; i < openBlocks.size(); i++) {
      word.add(' ');
    }
  }

  private void end() throws SyntaxException {
    size += Bytes.OVERHEAD + word.length();
    if (size > SIZE_MAX) {
      throw error("script too large", "more", "words of at most " + SIZE_MAX + " bytes in all");
    }
    words.add(word.build());
  }

  private int peek() {
    return at < text.length && text[at] != 0 ? text[at] & 255 : END;
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

  /** The column of the byte that is next. */
  private int column() {
    return at - lineStart + 1;
  }

  private SyntaxException error(String what, String found, String expected) {
    return new SyntaxException(what, line, column(), found, expected);
  }

  private static String named(int c) {
    if (c == END) {
      return "the end of the script";
    }
    return c > 32 && c < 127 ? String.valueOf((char) c) : "byte " + c;
  }

  private static boolean isSpace(int c) {
    return c > 0 && c <= ' ';
  }

  private static int digit(int c, int base) {
    int value =
        c >= '0' && c <= '9'
            ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
    return value < base ? value : -1;
  }
}
