package s6j.commands.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;

/** s6-notifyoncheck in services that Debian's s6-supervise runs. */
class ReadinessCheckTest {
  private static final Map<String, String> DEBIAN = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path temp;
  private Path service;
  private CommandRunner runner;
  private Process supervise;

  @BeforeEach
  void start() throws IOException {
    runner = CommandRunner.of(AllCommands.list());
    service = temp.resolve("s");
    Files.createDirectories(service.resolve("data"));
    Files.writeString(service.resolve("notification-fd"), "3\n");
  }

  @AfterEach
  void stop() throws Exception {
    if (supervise != null) {
      debian("s6-svc", "-kdx", service.toString());
      boolean ended = supervise.waitFor(20, TimeUnit.SECONDS);
      supervise.destroyForcibly();
      assertTrue(ended);
    }
    runner.close();
  }

  private Outcome debian(String... words) {
    return CommandRunner.runProgram(temp, "", DEBIAN, words);
  }

  private void script(String name, String content) throws IOException {
    Path path = service.resolve(name);
    Files.writeString(path, "#!/bin/sh\n" + content + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Starts a service whose run script is this command line. */
  private void supervise(String line) throws Exception {
    script("run", "exec " + line);
    ProcessBuilder builder = new ProcessBuilder("s6-supervise", service.toString());
    builder.environment().put("PATH", runner.directory() + ":/usr/bin:/bin");
    builder.environment().put("S6J_SOCKET", runner.directory().resolve(".socket").toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    supervise = builder.start();
    // The original takes commands a moment before it has a status, without which nobody can wait.
    until("supervised", () -> debian("s6-svstat", service.toString()).code() == 0);
    if (!Files.exists(service.resolve("down"))) {
      assertEquals(0, debian("s6-svwait", "-u", "-t", "20000", service.toString()).code());
    }
  }

  /** What is waited for. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(String what, Condition condition) throws Exception {
    for (int i = 0; i < 1000; i++) {
      if (condition.holds()) {
        return;
      }
      Thread.sleep(20);
    }
    fail("not within 20 s: " + what);
  }

  private int ready() {
    return debian("s6-svwait", "-U", "-t", "20000", service.toString()).code();
  }

  private long lines(String file) throws IOException {
    Path path = service.resolve(file);
    return Files.exists(path) ? Files.readString(path).lines().count() : 0;
  }

  private String pid() {
    return debian("s6-svstat", "-p", service.toString()).stdout().strip();
  }

  @Test
  void the_service_is_ready_when_the_check_succeeds() throws Exception {
    script("data/check", "echo x >> tries; test $(wc -l < tries) -ge 3");
    supervise("s6-notifyoncheck -w 20 sh -c 'echo $$ > pid; exec sleep 1000'");
    assertEquals(0, ready());
    assertEquals(3, lines("tries"));
    assertEquals(
        pid(), Files.readString(service.resolve("pid")).strip(), "the pid is the daemon's");
  }

  @Test
  void the_check_may_be_a_command_line_and_the_checker_no_child_of_the_service() throws Exception {
    supervise("s6-notifyoncheck -d -n 0 -w 20 -c 'test -e up' sleep 1000");
    Path children = Path.of("/proc", pid(), "task", pid(), "children");
    until(
        "the service is sleep",
        () -> Files.readString(Path.of("/proc", pid(), "comm")).equals("sleep\n"));
    assertEquals("", Files.readString(children));
    assertEquals("false\n", debian("s6-svstat", "-r", service.toString()).stdout());
    Files.createFile(service.resolve("up"));
    assertEquals(0, ready());
  }

  @Test
  void a_check_that_hangs_is_killed_and_counts_as_failed() throws Exception {
    script("data/check", "echo $$ >> tries; test $(wc -l < tries) -ge 3 || exec sleep 1000");
    supervise("s6-notifyoncheck -t 100 -w 10 -n 0 sleep 1000");
    until("third try", () -> lines("tries") >= 3);
    String first = Files.readString(service.resolve("tries")).lines().findFirst().orElseThrow();
    until("killed", () -> !Files.exists(Path.of("/proc", first)));
  }

  @Test
  void after_so_many_tries_it_gives_up() throws Exception {
    script("data/check", "echo x >> tries; exit 1");
    supervise("s6-notifyoncheck -w 10 -n 2 sleep 1000");
    until("it gave up", () -> lines("tries") == 2 && checkers() == 0);
    assertEquals("false\n", debian("s6-svstat", "-r", service.toString()).stdout());
  }

  /** How many children the service has that have not ended. */
  private int checkers() throws IOException {
    int alive = 0;
    String children = Files.readString(Path.of("/proc", pid(), "task", pid(), "children"));
    for (String child : children.strip().split(" ")) {
      Path stat = Path.of("/proc", child, "stat");
      if (!child.isEmpty() && Files.exists(stat)) {
        alive += Files.readString(stat).contains(") Z ") ? 0 : 1;
      }
    }
    return alive;
  }

  @Test
  void the_checker_ends_when_the_service_dies() throws Exception {
    script("data/check", "exit 1");
    Files.createFile(service.resolve("down"));
    supervise("s6-notifyoncheck -n 0 -w 100000 sleep 1000");
    assertEquals(0, debian("s6-svc", "-wu", "-T", "20000", "-o", service.toString()).code());
    Path events = service.resolve("event");
    until("the checker listens", () -> listeners(events) == 1);
    assertEquals(0, debian("s6-svc", "-wD", "-T", "20000", "-k", service.toString()).code());
    until("the checker has ended", () -> listeners(events) == 0);
  }

  private static long listeners(Path events) throws IOException {
    try (var files = Files.list(events)) {
      return files.count();
    }
  }

  @Test
  void outside_of_a_supervised_service_it_says_so() throws Exception {
    Outcome ours = runner.run(temp, "", Map.of(), "s6-notifyoncheck", "-3", "1", "echo", "hi");
    String[] words = {"s6-notifyoncheck", "-3", "1", "echo", "hi"};
    assertEquals(debian(words), ours);
    assertEquals(
        debian("s6-notifyoncheck", "-n", "x", "true"),
        runner.run(temp, "", Map.of(), "s6-notifyoncheck", "-n", "x", "true"));
    assertEquals(
        debian("s6-notifyoncheck", "true"),
        runner.run(temp, "", Map.of(), "s6-notifyoncheck", "true"));
  }
}
