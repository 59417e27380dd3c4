package s6j.commands.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;

/**
 * A directory in which either our s6-svscan and s6-supervise are run or Debian's. Everything else
 * is Debian's: what looks at the tree, and what the services are made of.
 */
final class Side implements AutoCloseable {
  private static final long PATIENCE_MS = 40_000;
  private static final String PATH = "/usr/bin:/bin:/usr/sbin:/sbin";

  final Path directory;
  private final Path programs;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<Process> listeners = new ArrayList<>();
  private Process process;

  /**
   * @param programs where the programs are
   * @param directory an empty one
   */
  Side(Path programs, Path directory) {
    this.programs = programs;
    this.directory = directory;
    environment.put("PATH", PATH);
    environment.put("OUT", directory.resolve(".out").toString());
    environment.put("S6J_SOCKET", programs.resolve(".socket").toString());
  }

  /** Makes a service directory with a run script for sh. */
  Path service(String name, String run) throws IOException {
    Path service = Files.createDirectories(directory.resolve(name));
    script(name + "/run", run);
    return service;
  }

  /** Makes a script for sh. */
  void script(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    // Renamed into its place: nobody can have it open for writing then.
    Path fresh = path.resolveSibling(path.getFileName() + ".fresh");
    Files.writeString(fresh, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(fresh, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  void file(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  /** Starts one of the two programs, in the directory. */
  void start(String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(programs.resolve(program).toString()));
    words.addAll(Arrays.asList(arguments));
    process = builder(words).start();
  }

  /** The same, by a command line of sh in which {@code $P} is where the programs are. */
  void startBy(String shell) throws IOException {
    environment.put("P", programs.toString());
    process = builder(List.of("/bin/sh", "-c", shell)).start();
  }

  private ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(directory.resolve(".stdout").toFile())
        .redirectError(directory.resolve(".stderr").toFile());
  }

  /** Runs one of the two programs to its end. */
  Outcome run(String program, String... arguments) throws Exception {
    start(program, arguments);
    return end();
  }

  /** Waits for the end of what was started. */
  Outcome end() throws Exception {
    if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("does not end: " + process.info());
    }
    return new Outcome(
        process.exitValue(),
        Files.readString(directory.resolve(".stdout")),
        Files.readString(directory.resolve(".stderr")));
  }

  String stderr() throws IOException {
    return Files.readString(directory.resolve(".stderr"));
  }

  Path programs() {
    return programs;
  }

  void signal(String name) {
    says("kill", "-" + name, Long.toString(process.pid()));
  }

  /** Runs one of Debian's programs. */
  Outcome tool(String... words) {
    return CommandRunner.runProgram(directory, "", environment, words);
  }

  /** What the program says, which must succeed. */
  String says(String... words) {
    Outcome outcome = tool(words);
    if (outcome.code() != 0) {
      throw new AssertionError(String.join(" ", words) + ": " + outcome);
    }
    return outcome.stdout();
  }

  /** Some fields of a status; empty while there is none. */
  String status(String fields, String service) {
    return tool("s6-svstat", "-o", fields, service).stdout().strip();
  }

  void awaitStatus(String fields, String values, String service) throws Exception {
    await(() -> status(fields, service).equals(values));
  }

  void awaitUp(String service) throws Exception {
    awaitStatus("up", "true", service);
  }

  boolean supervised(String service) {
    return tool("s6-svok", service).code() == 0;
  }

  /** What services have written to {@code $OUT}. */
  String out() throws IOException {
    Path out = directory.resolve(".out");
    return Files.exists(out) ? Files.readString(out) : "";
  }

  void awaitOut(String text) throws Exception {
    await(() -> out().equals(text));
  }

  /** Writes down every event of a service, from before its beginning. */
  void listen(String service) throws Exception {
    Path events = directory.resolve(service + "/event");
    Files.createDirectories(events);
    Files.setPosixFilePermissions(events, PosixFilePermissions.fromString("rwx------"));
    String fifo = service + "/event/ftrig1:@400000000000000000000000:ABCDEF";
    says("mkfifo", fifo);
    ProcessBuilder builder =
        builder(List.of("/bin/sh", "-c", "exec cat <>" + fifo + " >" + service + "/.events"));
    listeners.add(builder.redirectOutput(Path.of("/dev/null").toFile()).start());
    await(() -> Files.exists(directory.resolve(service + "/.events")));
  }

  String events(String service) throws IOException {
    return Files.readString(directory.resolve(service + "/.events"));
  }

  void awaitEvents(String service, String text) throws Exception {
    await(() -> events(service).equals(text));
  }

  /** A condition that may become true. */
  interface Condition {
    boolean holds() throws Exception;
  }

  void await(Condition condition) throws Exception {
    long end = System.currentTimeMillis() + PATIENCE_MS;
    while (!condition.holds()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError("has not become true in " + directory + ": " + state());
      }
      Thread.sleep(10);
    }
  }

  private String state() throws IOException {
    StringBuilder state = new StringBuilder("out " + out() + "\nstderr " + stderr() + "\n");
    try (var entries = Files.list(directory)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        state.append(entry).append(": ").append(tool("s6-svstat", entry.toString()).stdout());
        Path events = entry.resolve(".events");
        state.append(Files.exists(events) ? Files.readString(events) : "");
      }
    }
    return state.toString();
  }

  /** Sees to it that nothing is left running. */
  @Override
  public void close() {
    listeners.forEach(Process::destroyForcibly);
    if (process == null || !process.isAlive()) {
      return;
    }
    tool("s6-svscanctl", "-t", ".");
    tool(
        "sh",
        "-c",
        "for f in supervise */supervise */*/supervise; do s6-svc -dxk ${f%supervise}.; done");
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
