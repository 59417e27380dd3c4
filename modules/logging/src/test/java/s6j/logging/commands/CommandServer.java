package s6j.logging.commands;

import s6j.testing.CommandRunner;

/**
 * Serves the logging commands until stdin ends, to try them from a shell: prints the directory to
 * put on PATH, in which {@code .socket} is what S6J_SOCKET has to name.
 */
final class CommandServer {
  private CommandServer() {}

  public static void main(String[] arguments) throws Exception {
    try (CommandRunner runner = CommandRunner.of(LoggingCommands.all())) {
      System.out.println(runner.directory());
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }
}
