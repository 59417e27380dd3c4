package s6j.chain;

/**
 * A command on PATH, evaluated in the JVM for a process that makes the system calls. Stateless: one
 * object serves every invocation, at the same time.
 */
public interface Command {
  /** The canonical name: what argv[0] ends with, and what messages begin with. */
  String name();

  /**
   * Acts on the calling process and says what becomes of it.
   *
   * @throws CommandException to end the process with a message on its stderr and an exit code
   */
  Next run(Invocation invocation) throws CommandException;
}
