package s6j.commands.instances;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** Services come and go on a tree that Debian's s6-svscan runs. */
class InstanceCommandsTest {
  @TempDir Path temp;
  private Originals both;
  private Process svscan;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(AllCommands.list(), temp);
    Files.createDirectory(temp.resolve("scan"));
    svscan =
        new ProcessBuilder("s6-svscan", temp.resolve("scan").toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    until("s6-svscan listens", () -> original("s6-svscanctl", "-z", "scan").code() == 0);
  }

  @AfterEach
  void stop() throws Exception {
    original("s6-svscanctl", "-q", "scan");
    boolean ended = svscan.waitFor(20, TimeUnit.SECONDS);
    svscan.destroyForcibly();
    both.close();
    assertTrue(ended);
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

  private Outcome original(String... words) {
    return both.original(Map.of(), words);
  }

  private void assertOk(String... words) {
    assertEquals(new Outcome(0, "", ""), both.ours(words), String.join(" ", words));
  }

  private void assertSame(String... words) {
    assertEquals(original(words), both.ours(words), String.join(" ", words));
  }

  private void service(String path) throws IOException {
    Path run = temp.resolve(path).resolve("run");
    Files.createDirectories(run.getParent());
    Files.writeString(run, "#!/bin/sh\nexec sleep 1000\n");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private boolean exists(String path) {
    return Files.exists(temp.resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private String up(String service) {
    return original("s6-svstat", "-u", service).stdout().strip();
  }

  private String mode(String path) throws IOException {
    return Integer.toOctalString((int) Files.getAttribute(temp.resolve(path), "unix:mode") & 07777);
  }

  @Test
  void a_service_with_its_logger_is_linked_and_unlinked() throws Exception {
    service("sv/a");
    service("sv/a/log");
    Files.writeString(temp.resolve("sv/a/log/run"), "#!/bin/sh\nexec cat >/dev/null\n");
    assertOk("s6-svlink", "-t", "20000", "scan", "sv/a");
    assertEquals(temp.resolve("sv/a").toRealPath(), Files.readSymbolicLink(temp.resolve("scan/a")));
    assertEquals(0, original("s6-svok", "sv/a").code());
    assertEquals(0, original("s6-svok", "sv/a/log").code());
    assertEquals("3730", mode("sv/a/event"));
    assertEquals(0, original("s6-svwait", "-u", "-t", "20000", "sv/a").code());
    assertSame("s6-svlink", "scan", "sv/a");
    assertOk("s6-svunlink", "-t", "20000", "scan", "a");
    assertFalse(exists("scan/a"));
    assertEquals(1, original("s6-svok", "sv/a").code());
    assertEquals(1, original("s6-svok", "sv/a/log").code());
    assertOk("s6-svunlink", "scan", "a");
  }

  @Test
  void a_service_may_be_linked_down_under_another_name_for_everybody() throws Exception {
    service("sv/a");
    assertOk("s6-svlink", "-d", "-P", "-t", "20000", "scan", "sv/a", "other");
    assertEquals("false", up("sv/a"));
    assertFalse(exists("sv/a/down"));
    assertEquals("1733", mode("sv/a/event"));
    assertTrue(exists("scan/other"));
    assertOk("s6-svunlink", "-t", "20000", "scan", "other");
    assertOk("s6-svlink", "-D", "-f", "-t", "20000", "scan", "sv/a");
    assertEquals("false", up("sv/a"));
    assertTrue(exists("sv/a/down"));
    assertEquals("3730", mode("sv/a/event"));
  }

  @Test
  void what_cannot_be_linked_is_refused_as_by_the_original() throws Exception {
    service("sv/a");
    service("sv/b");
    service("sv/plain");
    Files.setPosixFilePermissions(
        temp.resolve("sv/plain/run"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.createDirectories(temp.resolve("sv/empty"));
    assertOk("s6-svlink", "-t", "20000", "scan", "sv/a");
    assertSame("s6-svlink", "scan", "sv/b", "a");
    assertSame("s6-svlink", "scan", "sv/plain");
    assertSame("s6-svlink", "scan", "sv/empty");
    assertSame("s6-svlink", "scan", "sv/b", ".hidden");
    assertSame("s6-svlink", "scan", "sv/b", "");
    assertSame("s6-svlink", "scan");
    assertSame("s6-svlink", "-t", "x", "scan", "sv/b");
    assertSame("s6-svunlink", "scan", "");
    assertSame("s6-svunlink", "scan");
    assertEquals(111, both.ours("s6-svlink", "none", "sv/b").code());
    assertEquals(100, both.ours("s6-svlink", "scan", "sv/b", "x/y").code());
    assertEquals(100, both.ours("s6-svunlink", "scan", "x/y").code());
    assertFalse(exists("scan/b"));
  }

  @Test
  void a_scan_directory_that_nobody_answers_for_is_left_as_it_was() throws Exception {
    service("sv/a");
    Files.createDirectories(temp.resolve("idle/.s6-svscan"));
    String fifo = temp.resolve("idle/.s6-svscan/control").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", fifo).start().waitFor());
    assertEquals(100, both.ours("s6-svlink", "idle", "sv/a").code());
    // A reader that does nothing.
    Process reader = new ProcessBuilder("sh", "-c", "exec sleep 1000 <>" + fifo).start();
    until("it reads", () -> original("s6-svscanctl", "-z", "idle").code() == 0);
    assertEquals(99, both.ours("s6-svlink", "-d", "-t", "200", "idle", "sv/a").code());
    assertFalse(exists("idle/a"));
    assertFalse(exists("sv/a/down"));
    reader.destroy();
    assertTrue(reader.waitFor(20, TimeUnit.SECONDS));
  }

  @Test
  void instances_are_made_told_and_deleted() throws Exception {
    service("template");
    Files.createSymbolicLink(temp.resolve("template/link"), Path.of("run"));
    assertOk("s6-instance-maker", "template", "svc");
    assertOk("s6-svlink", "-t", "20000", "scan", "svc");
    until("it listens", () -> original("s6-svscanctl", "-z", "svc/instance").code() == 0);
    assertOk("s6-instance-create", "-t", "20000", "svc", "one");
    assertOk("s6-instance-create", "-d", "-t", "20000", "svc", "two");
    assertEquals(
        Path.of("../instances/one"), Files.readSymbolicLink(temp.resolve("svc/instance/one")));
    assertEquals(Path.of("run"), Files.readSymbolicLink(temp.resolve("svc/instances/one/link")));
    assertEquals("one\ntwo\n", both.ours("s6-instance-list", "svc").stdout());
    assertEquals(0, original("s6-svwait", "-u", "-t", "20000", "svc/instance/one").code());
    for (String instance : new String[] {"one", "two"}) {
      assertSame("s6-instance-status", "-uwp", "svc", instance);
      assertSame("s6-instance-status", "-o", "up,exitcode", "svc", instance);
    }
    assertOk("s6-instance-control", "-u", "-wu", "-T", "20000", "svc", "two");
    assertEquals("true", up("svc/instance/two"));
    assertSame("s6-instance-create", "svc", "one");
    assertOk("s6-instance-delete", "-t", "20000", "svc", "one");
    assertEquals("two\n", both.ours("s6-instance-list", "svc").stdout());
    assertFalse(exists("svc/instances/one"));
    assertSame("s6-instance-delete", "svc", "none");
    assertSame("s6-instance-create", "svc", "");
    assertSame("s6-instance-create", "svc", ".hidden");
    assertSame("s6-instance-create", "svc");
    assertSame("s6-instance-list", "none");
    assertSame("s6-instance-list");
    assertEquals(100, both.ours("s6-instance-status", "svc").code());
    assertSame("s6-instance-delete", "none", "x");
    assertEquals(100, both.ours("s6-instance-control", "-z", "svc", "two").code());
    assertEquals(111, both.ours("s6-instance-control", "-u", "svc", "none").code());
    assertEquals(1, both.ours("s6-instance-status", "svc", "none").code());
  }

  @Test
  void services_come_and_go_on_our_own_tree_too() throws Exception {
    Files.createDirectory(temp.resolve("own"));
    String start = "s6-svscan own </dev/null >/dev/null 2>&1 & echo $!";
    String pid = both.ours("sh", "-c", start).stdout().strip();
    try {
      until("it listens", () -> original("s6-svscanctl", "-z", "own").code() == 0);
      service("sv/a");
      service("sv/a/log");
      Files.writeString(temp.resolve("sv/a/log/run"), "#!/bin/sh\nexec cat >/dev/null\n");
      assertOk("s6-svlink", "-t", "20000", "own", "sv/a");
      assertOk("s6-svwait", "-u", "-t", "20000", "sv/a");
      assertOk("s6-svlisten1", "-r", "-t", "20000", "sv/a", "s6-svc", "-t", "sv/a");
      assertEquals(0, original("s6-svlisten1", "-r", "sv/a", "s6-svc", "-t", "sv/a").code());
      assertSame("s6-svstat", "-uwp", "sv/a");
      assertSame("s6-svdt", "sv/a");
      assertSame("s6-svperms", "sv/a");
      assertOk("s6-svunlink", "-t", "20000", "own", "a");
      assertEquals(1, original("s6-svok", "sv/a").code());
      assertEquals(1, original("s6-svok", "sv/a/log").code());
    } finally {
      original("s6-svscanctl", "-q", "own");
      until("it has ended", () -> hasEnded(pid));
    }
  }

  private static boolean hasEnded(String pid) {
    Path stat = Path.of("/proc", pid, "stat");
    try {
      return !Files.exists(stat) || Files.readString(stat).contains(") Z ");
    } catch (IOException e) {
      // It ended between the two looks.
      return true;
    }
  }
}
