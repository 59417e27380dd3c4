package s6j.chain;

import s6j.posix.PosixException;

/**
 * A command cannot go on: the process ends with {@link #code}, after {@code NAME: fatal: MESSAGE}
 * on its stderr. The grammar of messages and the codes are those of the skarnet programs.
 */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Wrong usage. */
  public static final int USAGE = 100;

  /** A mistake of ours. */
  public static final int INTERNAL = 101;

  /** A system call failed. */
  public static final int SYSTEM = 111;

  /** A program is there and cannot be executed. */
  public static final int NOT_EXECUTABLE = 126;

  /** A program is not there. */
  public static final int NOT_FOUND = 127;

  /** A time limit has passed. */
  public static final int TIMEOUT = 99;

  private final String level;
  private final int code;
  private final String letters;

  private CommandException(String level, int code, String message) {
    this(level, code, message, null);
  }

  private CommandException(String level, int code, String message, String letters) {
    super(message);
    this.level = level;
    this.code = code;
    this.letters = letters;
  }

  /** The line {@code NAME: fatal: message}, and this exit code. */
  public static CommandException fatal(int code, String message) {
    return new CommandException("fatal", code, message);
  }

  /** The line {@code NAME: fatal: unable to WHAT: reason}, and exit code 111. */
  public static CommandException unable(String what, PosixException reason) {
    return new CommandException("fatal", SYSTEM, "unable to " + what + ": " + reason.getMessage());
  }

  /** The line {@code NAME: usage: synopsis}, and exit code 100. */
  public static CommandException usage(String synopsis) {
    return new CommandException("usage", USAGE, synopsis);
  }

  /** The same, of a command that has these options. */
  static CommandException usage(String synopsis, String letters) {
    return new CommandException("usage", USAGE, synopsis, letters);
  }

  /** No line at all. */
  public static CommandException silent(int code) {
    return new CommandException("", code, "");
  }

  /** {@code fatal} or {@code usage}; empty when nothing is to be said. */
  public String level() {
    return level;
  }

  public int code() {
    return code;
  }

  /**
   * The options that the command has, as for getopt, when one was given that it has not; otherwise
   * null. The manual is compared with them.
   */
  public String letters() {
    return letters;
  }
}
