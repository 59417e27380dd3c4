package s6j.posix;

import java.util.ArrayList;
import java.util.List;

/**
 * Scripts that users bring: started as they are, or, when they may not be executed (no x bit where
 * it cannot be set, a file system mounted noexec), by the interpreter that their first line names.
 */
public final class Script {
  /** How a plan is turned into a process. */
  public interface Starter {
    /** Starts it. */
    void start(SpawnPlan plan) throws PosixException;
  }

  private Script() {}

  /** The command line of a script: its path and these arguments. */
  public static List<Bytes> words(Bytes path, List<Bytes> arguments) {
    List<Bytes> words = new ArrayList<>(arguments.size() + 1);
    words.add(path);
    words.addAll(arguments);
    return words;
  }

  /**
   * Starts the script of a plan.
   *
   * @param file where the script can be read from now, when the plan's program is relative to its
   *     directory
   */
  public static void start(Posix posix, SpawnPlan plan, Bytes file, Starter starter)
      throws PosixException {
    try {
      starter.start(plan);
    } catch (PosixException e) {
      if (!e.is(Errno.EACCES)) {
        throw e;
      }
      Shebang shebang = firstLine(posix, file);
      if (shebang == null) {
        throw e;
      }
      List<Bytes> arguments = plan.arguments();
      List<Bytes> words =
          shebang.commandLine(plan.program(), arguments.subList(1, arguments.size()));
      starter.start(plan.withProgram(shebang.interpreter(), words));
    }
  }

  /**
   * Why the script could not be executed, for a message: {@code : reason} and what the user can do
   * about it.
   */
  public static String reason(Posix posix, Bytes file, PosixException failure) {
    String reason = ": " + failure.getMessage();
    Shebang shebang = firstLine(posix, file);
    if (shebang == null) {
      return failure.is(Errno.ENOEXEC)
          ? reason + " (the file has no first line such as #!/bin/sh)"
          : reason;
    }
    if (shebang.endsInCarriageReturn()) {
      return reason + " (its first line ends in a carriage return: the file has DOS line ends)";
    }
    return failure.is(Errno.ENOENT)
        ? reason + " (interpreter " + shebang.interpreter() + ")"
        : reason;
  }

  private static Shebang firstLine(Posix posix, Bytes file) {
    try {
      return Shebang.parse(new Files(posix).readAtOnce(file, Shebang.LIMIT));
    } catch (PosixException e) {
      return null;
    }
  }
}
