package s6j.commands.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import s6j.chain.Command;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;

/** Runs a command line with our commands and with the C programs of the skarnet packages. */
public final class Originals implements AutoCloseable {
  private static final String SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib/execline/bin";

  private final CommandRunner runner;
  private final Path cwd;

  private Originals(CommandRunner runner, Path cwd) {
    this.runner = runner;
    this.cwd = cwd;
  }

  /** Our side has these commands; both run in this directory. */
  public static Originals of(List<Command> commands, Path cwd) throws IOException {
    CommandRunner runner = CommandRunner.of(commands);
    // Commands run as other users, too.
    Files.setPosixFilePermissions(runner.directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        runner.directory().resolve(".socket"), PosixFilePermissions.fromString("rw-rw-rw-"));
    return new Originals(runner, cwd);
  }

  public Outcome ours(Map<String, String> environment, String... words) {
    return tidy(runner.run(cwd, "", environment, words));
  }

  public Outcome ours(String... words) {
    return ours(Map.of(), words);
  }

  public Outcome oursReading(String stdin, String... words) {
    return tidy(runner.run(cwd, stdin, Map.of(), words));
  }

  public Outcome original(Map<String, String> environment, String... words) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("PATH", SYSTEM_PATH);
    return tidy(CommandRunner.runProgram(cwd, "", all, words));
  }

  /** The original, in the C locale, with something to read. */
  public Outcome originalReading(String stdin, String... words) {
    return tidy(
        CommandRunner.runProgram(cwd, stdin, Map.of("PATH", SYSTEM_PATH, "LC_ALL", "C"), words));
  }

  /** Both, in a mount namespace of their own that a shell script prepares. */
  public static String[] prepared(String script, String... words) {
    List<String> all =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script + "; exec \"$@\"", "sh"));
    all.addAll(Arrays.asList(words));
    return all.toArray(String[]::new);
  }

  /** Without what is different for reasons of the test: PATH, our socket. */
  private static Outcome tidy(Outcome outcome) {
    StringBuilder kept = new StringBuilder();
    for (String line : outcome.stdout().split("(?<=\n)")) {
      if (!line.startsWith("PATH=") && !line.startsWith("S6J_SOCKET=")) {
        kept.append(line);
      }
    }
    return new Outcome(outcome.code(), kept.toString(), outcome.stderr());
  }

  /** The lines of an output, in order. */
  public static List<String> sorted(String output) {
    String[] lines = output.split("\n", -1);
    Arrays.sort(lines);
    return List.of(lines);
  }

  @Override
  public void close() throws IOException {
    runner.close();
  }
}
