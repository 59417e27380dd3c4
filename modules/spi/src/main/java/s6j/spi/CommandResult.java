package s6j.spi;

import java.util.List;
import java.util.Map;

/** What becomes of the process that has run a command. */
public sealed interface CommandResult {
  /**
   * It ends.
   *
   * @param code its exit code, 0 to 255
   */
  record Exit(int code) implements CommandResult {
    /** Checks the code. */
    public Exit {
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException("expected an exit code from 0 to 255, got " + code);
      }
    }
  }

  /**
   * It goes on as another program, looked for in the PATH that the command was called with.
   *
   * @param words the program and its arguments; at least one
   * @param environment what it gets
   */
  record Exec(List<OsString> words, Map<OsString, OsString> environment) implements CommandResult {
    /** With copies that cannot be changed. */
    public Exec {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("no program to go on as");
      }
    }
  }

  /**
   * It ends. Does not block; any thread.
   *
   * @param code its exit code
   * @return the result that says so
   * @throws IllegalArgumentException when that is not from 0 to 255
   */
  static CommandResult exit(int code) {
    return new Exit(code);
  }
}
