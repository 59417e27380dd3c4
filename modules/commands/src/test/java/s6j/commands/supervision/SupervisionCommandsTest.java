package s6j.commands.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Our commands on a tree that Debian's s6-svscan runs say and do what Debian's do. */
class SupervisionCommandsTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path temp;
  private Path service;
  private Process svscan;
  private CommandRunner ours;

  @BeforeEach
  void start() throws Exception {
    ours = CommandRunner.of(AllCommands.list());
    service = temp.resolve("scan/s");
    Files.createDirectories(service);
    script(service.resolve("run"), "#!/bin/sh\nexec sleep 1000\n");
    svscan = new ProcessBuilder("s6-svscan", temp.resolve("scan").toString()).inheritIO().start();
    original("s6-svwait", "-u", "-t", "10000", service.toString());
    for (int i = 0; i < 200 && !Files.exists(service.resolve("supervise/status")); i++) {
      Thread.sleep(20);
    }
    assertEquals(0, original("s6-svwait", "-u", "-t", "10000", service.toString()).code());
  }

  @AfterEach
  void stop() throws Exception {
    original("s6-svscanctl", "-t", temp.resolve("scan").toString());
    assertTrue(svscan.waitFor(20, TimeUnit.SECONDS));
    ours.close();
  }

  private static void script(Path path, String content) throws IOException {
    Files.writeString(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome original(String... words) {
    return CommandRunner.runProgram(temp, "", PATH, words);
  }

  private Outcome ours(String... words) {
    return ours.run(temp, "", Map.of(), words);
  }

  /** A second may begin between the two, where they say how many have passed: once. */
  private void assertSame(String... words) {
    if (!original(words).equals(ours(words))) {
      assertEquals(original(words), ours(words), String.join(" ", words));
    }
  }

  private void assertSameStatus() {
    String dir = service.toString();
    assertSame("s6-svstat", dir);
    assertSame("s6-svstat", "-n", dir);
    assertSame("s6-svstat", "-uwNrpest", dir);
    assertSame(
        "s6-svstat",
        "-o",
        "up,wantedup,normallyup,ready,paused,pid,exitcode,signal,signum,updownsince,readysince,updownfor,readyfor",
        dir);
    assertSame("s6-svok", dir);
  }

  @Test
  void the_status_is_told_to_those_who_may_not_control() throws Exception {
    // Only root can become somebody else.
    if ((int) Files.getAttribute(temp, "unix:uid") != 0) {
      return;
    }
    for (Path open : new Path[] {temp, ours.directory()}) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.setPosixFilePermissions(
        ours.directory().resolve(".socket"), PosixFilePermissions.fromString("rw-rw-rw-"));
    String dir = service.toString();
    assertEquals(0, original("s6-svperms", "-o", dir).code());
    assertSame("s6-setuidgid", "nobody", "s6-svstat", "-uwp", dir);
    assertSame("s6-setuidgid", "nobody", "s6-svok", dir);
    assertEquals(0, ours("s6-setuidgid", "nobody", "s6-svok", dir).code());
    assertEquals(111, ours("s6-setuidgid", "nobody", "s6-svc", "-d", dir).code());
  }

  @Test
  void a_service_is_told_what_to_do_and_waited_for() {
    String dir = service.toString();
    assertSameStatus();
    assertEquals(0, ours("s6-svc", "-wD", "-T", "10000", "-d", dir).code());
    assertSameStatus();
    assertEquals(0, ours("s6-svc", "-wu", "-T", "10000", "-u", dir).code());
    assertSameStatus();
    assertEquals(0, ours("s6-svc", "-p", dir).code());
    assertEquals(0, ours("s6-svc", "-wr", "-T", "10000", "-kc", dir).code());
    assertSameStatus();
    assertSame("s6-svwait", "-u", dir);
    assertEquals(ours("s6-svstat", "-p", dir), ours("s6-svstat", "-g", dir));
    assertEquals(99, ours("s6-svwait", "-d", "-t", "200", dir).code());
  }

  @Test
  void a_command_for_which_there_is_no_room_is_said_not_to_be_given() {
    String full =
        "mkdir -p full/supervise; mkfifo full/supervise/control; exec 3<> full/supervise/control;"
            + " head -c 65536 /dev/zero >&3; s6-svc -d full; echo $?";
    assertEquals(
        new Outcome(
            0,
            "111\n",
            "s6-svc: fatal: unable to control full: Resource temporarily unavailable\n"),
        ours("sh", "-c", full));
  }

  @Test
  void what_is_not_supervised_is_said_so() throws Exception {
    Path none = temp.resolve("none");
    assertSame("s6-svok", none.toString());
    assertEquals(1, ours("s6-svstat", none.toString()).code());
    assertEquals(111, ours("s6-svc", "-u", none.toString()).code());
    assertEquals(100, ours("s6-svc", "-u").code());
    assertEquals(100, ours("s6-svstat", "-o", "nothing", service.toString()).code());
  }

  @Test
  void a_program_is_run_between_listening_and_waiting() {
    String dir = service.toString();
    assertSame("s6-svlisten1", "-r", "-t", "20000", dir, "s6-svc", "-t", dir);
    assertSame("s6-svlisten", "-r", "-t", "20000", dir, "", "s6-svc", "-t", dir);
    assertSame("s6-svlisten1", "-D", "-t", "20000", dir, "s6-svc", "-d", dir);
    assertSame("s6-svlisten", "-u", "-t", "20000", " " + dir, "", "s6-svc", "-u", dir);
    assertSame("s6-svlisten1", "-t", "100", "-R", dir, "s6-svc", "-t", dir);
    assertSame("s6-svlisten", "-t", "500", dir, "true");
    assertSame("s6-svlisten", "-t", "500", dir, "");
    assertSame("s6-svlisten", "-t", "500", "", "true");
    assertSame("s6-svlisten", "-t", "500", dir, "", "no-such-program");
    assertSame("s6-svlisten1", "-t", "500", dir, "no-such-program");
    assertSame("s6-svlisten1", "-t", "500", dir);
    assertSame("s6-svlisten1", "-t", "500", "none", "true");
  }

  @Test
  void a_permanent_failure_ends_the_waiting() throws Exception {
    String dir = service.toString();
    assertEquals(0, original("s6-svc", "-wD", "-T", "20000", "-d", dir).code());
    script(service.resolve("run"), "#!/bin/sh\nexit 1\n");
    script(service.resolve("finish"), "#!/bin/sh\nexit 125\n");
    assertSame("s6-svlisten1", "-U", "-t", "20000", dir, "s6-svc", "-u", dir);
    assertSame("s6-svlisten", "-U", "-t", "20000", dir, "", "s6-svc", "-u", dir);
    assertSame("s6-svlisten1", "-D", "-t", "20000", dir, "s6-svc", "-u", dir);
    Files.writeString(service.resolve("notification-fd"), "3\n");
    assertEquals(1, ours("s6-svc", "-wR", "-T", "20000", "-u", dir).code());
  }

  @Test
  void a_supervisor_that_exits_ends_the_waiting_for_up() throws Exception {
    String dir = service.toString();
    Files.createFile(service.resolve("down"));
    for (String condition : new String[] {"-u", "-U"}) {
      assertEquals(0, original("s6-svc", "-wD", "-T", "20000", "-d", dir).code());
      assertEquals(
          1, ours("s6-svlisten1", condition, "-t", "20000", dir, "s6-svc", "-x", dir).code());
      // s6-svscan starts it again.
      for (int i = 0; i < 1000 && original("s6-svok", dir).code() != 0; i++) {
        Thread.sleep(20);
      }
    }
  }

  @Test
  void what_is_asked_for_wrongly_is_refused_as_by_the_original() throws Exception {
    String dir = service.toString();
    Files.createDirectories(temp.resolve("broken/supervise"));
    Files.createFile(temp.resolve("file"));
    assertSame("s6-svc", "-u", "");
    assertSame("s6-svc", "-u", "none");
    assertSame("s6-svc", "-u", "broken");
    assertSame("s6-svc", "-u", "file");
    assertSame("s6-svc", "-" + "c".repeat(80), dir);
    assertSame("s6-svok", "file");
    assertSame("s6-svok");
    assertSame("s6-svstat", "-o", "up,,up", dir);
    assertSame("s6-svstat", "-o", "up,nothing", dir);
    assertSame("s6-svstat", "-o", "", dir);
    assertSame("s6-svstat", "-" + "u".repeat(30), dir);
    assertSame("s6-svwait", "-u", "none");
    assertEquals(0, ours("s6-svwait").code());
    assertSame("s6-svwait", "-t", "x", dir);
    assertSame("s6-svwait", "-U", "-t", "100", dir);
    assertSame("s6-svwait", "-r", "-t", "100", dir);
    assertSame("s6-svwait", "-o", "-u", "-t", "20000", dir, dir);
    assertEquals(
        original("s6-svc", "-wU", "-T", "20000", "-u", dir),
        ours("s6-svc", "-wU", "-T", "20000", "-u", dir));
  }
}
