package s6j.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import s6j.chain.Chain;
import s6j.chain.Command;
import s6j.chain.Commands;
import s6j.posix.Bytes;
import s6j.posix.shim.ShimServer;

/**
 * Runs commands as a container would: each is a process of the shim, under the command's name on
 * PATH, served by this JVM. Text goes in and out as Latin-1, a character a byte.
 */
public final class CommandRunner implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Path directory;
  private final ShimServer server;

  private CommandRunner(Path directory, ShimServer server) {
    this.directory = directory;
    this.server = server;
  }

  /**
   * What a process did.
   *
   * @param code its exit code, 128 + signal when a signal ended it
   */
  public record Outcome(int code, String stdout, String stderr) {}

  /** Makes a directory with all these commands in it, and serves them. */
  public static CommandRunner of(Iterable<Command> commands) throws IOException {
    Path directory = Files.createTempDirectory("s6j-commands");
    Commands registry = Commands.of(commands);
    for (String name : registry.names()) {
      Files.createSymbolicLink(directory.resolve(name), Shim.path());
    }
    Chain chain =
        new Chain(registry, Bytes.of(Shim.path().toString()), Bytes.of(help(directory).toString()));
    ShimServer server = ShimServer.listen(directory.resolve(".socket"), chain::serve);
    return new CommandRunner(directory, server);
  }

  private static Path help(Path directory) {
    return directory.resolve(".help");
  }

  /** From now on this is what {@code NAME --help} prints. */
  public void explain(String name, String text) throws IOException {
    Files.createDirectories(help(directory));
    Files.writeString(help(directory).resolve(name), text, StandardCharsets.ISO_8859_1);
  }

  /** The directory with the commands, first on the PATH of what is run. */
  public Path directory() {
    return directory;
  }

  /** Runs a command line in the current directory with an empty stdin. */
  public Outcome run(String... words) {
    return run(Path.of("").toAbsolutePath(), "", Map.of(), words);
  }

  /**
   * Runs a command line.
   *
   * @param stdin what it reads
   * @param environment variables to set besides PATH
   */
  public Outcome run(Path cwd, String stdin, Map<String, String> environment, String... words) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("PATH", directory + ":/usr/bin:/bin:/usr/sbin:/sbin");
    all.put("S6J_SOCKET", directory.resolve(".socket").toString());
    return runProgram(cwd, stdin, all, words);
  }

  /**
   * Runs any program, for comparison: with exactly this environment, the first word found on its
   * PATH.
   */
  public static Outcome runProgram(
      Path cwd, String stdin, Map<String, String> environment, String... words) {
    try {
      List<String> command = new ArrayList<>(Arrays.asList(words));
      command.set(0, find(words[0], environment.get("PATH")));
      ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return outcome(builder, stdin);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Outcome outcome(ProcessBuilder builder, String stdin)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("s6j", ".out");
    Path err = Files.createTempFile("s6j", ".err");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (OutputStream input = process.getOutputStream()) {
        input.write(stdin.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // It need not read its input.
      }
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + PATIENCE_SECONDS + " s: " + builder.command());
      }
      return new Outcome(
          process.exitValue(),
          Files.readString(out, StandardCharsets.ISO_8859_1),
          Files.readString(err, StandardCharsets.ISO_8859_1));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String find(String word, String path) {
    if (!word.contains("/") && path != null) {
      for (String directory : path.split(":")) {
        if (Files.isExecutable(Path.of(directory, word))) {
          return directory + "/" + word;
        }
      }
    }
    return word;
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
