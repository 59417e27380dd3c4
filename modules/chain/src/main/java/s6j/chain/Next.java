package s6j.chain;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** What becomes of the process when a command has done its part. */
public sealed interface Next {
  /** What the process does before. */
  Before before();

  /** The name of the command that this is said by, for the message when it cannot be. */
  String by();

  /** The same when that has been done. */
  Next done();

  /**
   * It ends.
   *
   * @param before what it does before
   * @param by the name of the command that ends, for the message when that fails
   */
  record Exit(int code, Before before, String by) implements Next {
    /** It does nothing more. */
    public Exit(int code) {
      this(code, Before.nothing(), "");
    }

    @Override
    public Exit done() {
      return new Exit(code);
    }
  }

  /**
   * It goes on as the program that the first word names.
   *
   * @param words the program and its arguments; not empty
   * @param environment what it gets
   * @param searchPath where the program is looked for: the PATH of the command, not that of the
   *     environment it makes; null when PATH is not set
   * @param argv0 what the program is told it is called, or null for the first word
   * @param by the name of the command that hands over, for the message when it cannot
   * @param before what it does before, and before the program is looked for
   */
  record Exec(
      List<Bytes> words,
      Environment environment,
      Bytes searchPath,
      Bytes argv0,
      String by,
      Before before)
      implements Next {
    /** It does nothing before. */
    public Exec(
        List<Bytes> words, Environment environment, Bytes searchPath, Bytes argv0, String by) {
      this(words, environment, searchPath, argv0, by, Before.nothing());
    }

    /** The same after something else. */
    public Exec after(Before first) {
      return new Exec(words, environment, searchPath, argv0, by, first);
    }

    @Override
    public Exec done() {
      return after(Before.nothing());
    }

    public Exec {
      if (words.isEmpty()) {
        throw new IllegalArgumentException("no program to go on as");
      }
    }
  }

  static Next exit(int code) {
    return new Exit(code);
  }
}
