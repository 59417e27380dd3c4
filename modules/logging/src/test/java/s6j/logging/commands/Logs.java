package s6j.logging.commands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import s6j.testing.CommandRunner;

/** What the tests of loggers share: loggers that run, and what is in log directories. */
final class Logs {
  /** The original. */
  static final String ORIGINAL = "/usr/bin/s6-log";

  private static final long PATIENCE_MILLIS = 20_000;

  private Logs() {}

  /** Serves the commands, to any user. */
  static CommandRunner serveEverybody() throws IOException {
    CommandRunner runner = CommandRunner.of(LoggingCommands.all());
    Files.setPosixFilePermissions(runner.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        runner.directory().resolve(".socket"), PosixFilePermissions.fromString("rwxrwxrwx"));
    return runner;
  }

  /** A logger that has been started; its stderr goes to the file {@code stderr} beside its logs. */
  static Process start(CommandRunner runner, Path cwd, ProcessBuilder.Redirect in, String... words)
      throws IOException {
    List<String> command = new ArrayList<>(Arrays.asList(words));
    if (words[0].equals("s6-log")) {
      command.set(0, runner.directory().resolve("s6-log").toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(cwd.toFile())
            .redirectInput(in)
            .redirectError(ProcessBuilder.Redirect.appendTo(cwd.resolve("stderr").toFile()));
    builder.environment().put("S6J_SOCKET", runner.directory().resolve(".socket").toString());
    builder.environment().put("PATH", runner.directory() + ":/usr/bin:/bin");
    return builder.start();
  }

  static Process start(CommandRunner runner, Path cwd, String... words) throws IOException {
    return start(runner, cwd, ProcessBuilder.Redirect.PIPE, words);
  }

  static void send(Process process, String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    process.getOutputStream().flush();
  }

  static void signal(Process process, String name) throws Exception {
    int code = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " exited " + code);
    }
  }

  /** Its exit code, 128 + signal when a signal ended it. */
  static int ended(Process process) throws Exception {
    if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the logger does not end");
    }
    return process.exitValue();
  }

  /** Its exit code once its stdin has ended. */
  static int end(Process process) throws Exception {
    process.getOutputStream().close();
    return ended(process);
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not so: " + what);
      }
      Thread.sleep(2);
    }
  }

  static String content(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (java.nio.file.NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archived files, oldest first. */
  static List<Path> archives(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("@")).sorted().toList();
    }
  }

  /** All lines that are in a log directory, oldest first. */
  static String all(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : archives(directory)) {
      all.append(content(file));
    }
    return all.append(content(directory.resolve("current"))).toString();
  }

  /** Compares long texts; shows only where they begin to differ. */
  static void assertText(String expected, String actual) {
    int at = Arrays.mismatch(expected.toCharArray(), actual.toCharArray());
    if (at >= 0) {
      throw new AssertionError(
          "at "
              + at
              + " of "
              + expected.length()
              + " and "
              + actual.length()
              + ": expected ..."
              + around(expected, at)
              + "... but was ..."
              + around(actual, at)
              + "...");
    }
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 100), Math.min(text.length(), at + 60));
  }

  /** Numbered lines, so that one that is missing or out of order is seen. */
  static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(100_000_000 + i).append(" abcde\n");
    }
    return lines.toString();
  }

  /** The names in a directory, archived files without their time. */
  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString().replaceAll("^@.{24}", "@"))
          .sorted()
          .toList();
    }
  }

  /** The permissions of a file in octal. */
  static String mode(Path file) throws IOException {
    return Integer.toOctalString((int) Files.getAttribute(file, "unix:mode") & 07777);
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
