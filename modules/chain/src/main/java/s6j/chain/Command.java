package s6j.chain;

import java.util.List;

/**
 * A command on PATH, evaluated in the JVM for a process that makes the system calls. Stateless: one
 * object serves every invocation, at the same time.
 */
public interface Command {
  /** The canonical name: what argv[0] ends with, and what messages begin with. */
  String name();

  /**
   * What else it can be called, by links that users make: no link is made for these, as they are
   * the names of programs that images have.
   */
  default List<String> otherNames() {
    return List.of();
  }

  /**
   * Acts on the calling process and says what becomes of it.
   *
   * @throws CommandException to end the process with a message on its stderr and an exit code
   */
  Next run(Invocation invocation) throws CommandException;

  /**
   * Whether the runtime answers {@code NAME --help} for it, with the text about it. A command that
   * takes {@code --help} for data, as it takes any other word, says no.
   */
  default boolean answersHelp() {
    return true;
  }

  /**
   * Whether running it may leave something in the process that whoever goes on in it could notice:
   * other descriptors, another directory, another identity, a child that is not waited for; or may
   * end the process, as writing to a pipe does that nobody reads. In a block such a command gets a
   * child of its own; one that only computes, reads, and waits for what it has started needs none.
   */
  default boolean changesProcess() {
    return true;
  }

  /** Whether it runs until it is told to end, as a logger does. */
  default boolean staysForLong() {
    return false;
  }
}
