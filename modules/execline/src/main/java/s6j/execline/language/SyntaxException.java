package s6j.execline.language;

/**
 * A script is not execline. The message begins as that of {@code execlineb} does.
 *
 * <p>Lines and columns count from 1; a column is a byte.
 */
public final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final int line;
  private final int column;
  private final String found;
  private final String expected;

  SyntaxException(String what, int line, int column, String found, String expected) {
    super(what);
    this.what = what;
    this.line = line;
    this.column = column;
    this.found = found;
    this.expected = expected;
  }

  public int line() {
    return line;
  }

  public int column() {
    return column;
  }

  /** Where, what was found, and what was expected instead. */
  public String details() {
    return "line " + line + ", column " + column + ": found " + found + ", expected " + expected;
  }

  /**
   * The whole message.
   *
   * @param file the name of the script, or null when it has none
   */
  public String describe(String file) {
    String where = file == null ? "" : " in file " + file;
    return what + where + ": " + details();
  }
}
