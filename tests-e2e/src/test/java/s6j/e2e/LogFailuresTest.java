package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Log directories that cannot be written for some time, while other loggers go on. */
class LogFailuresTest {
  private static final int LINES = 400_000;
  private static final String SMALL_FILES = "-b r100 n1000 s100000";
  private static final String LOGS_IN_MEMORY = "/logs:size=64m,mode=755";

  /** Writes more than a logger and a pipe hold, when told so, and then says that it has. */
  private static final String MUCH =
      "#!/bin/sh\necho first\nwhile [ ! -e /go ]; do sleep 0.05; done\nseq 1 "
          + LINES
          + "\ntouch /sent\nexec sleep 100000\n";

  private static final String OTHER = "#!/bin/sh\nwhile :; do echo hello; sleep 0.02; done\n";

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; !condition.call(); i++) {
      assertTrue(i < 1200, "not so: " + what);
      Container.pause(50);
    }
  }

  /** Two services with loggers that are nobody's: one on a directory of its own, one beside it. */
  private static Recipe recipe(String script) {
    return Recipe.on(Image.BUSYBOX)
        .script(
            "/etc/cont-init.d/10",
            "#!/bin/sh\nmkdir -p /logs/much /var/log/l\nchown nobody:nogroup /logs/much /var/log/l\n")
        .service("much", MUCH)
        .script(
            "/etc/services.d/much/log/run",
            "#!/bin/sh\nexec s6-setuidgid nobody s6-log " + script + " /logs/much\n")
        .service("other", OTHER)
        .script("/etc/services.d/other/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/o\n");
  }

  private static void assertOtherLogs(NamespaceRunner.Started container) throws Exception {
    Path other = container.changed("/var/log/l/o/current");
    await("other logs", () -> Files.exists(other));
    long size = Files.size(other);
    await("other goes on", () -> Files.size(other) > size + 100);
  }

  private static void assertOthersGoOn(NamespaceRunner.Started container) throws Exception {
    assertOtherLogs(container);
    String up = container.execOk("s6-svstat", "/run/s6/services/much");
    assertTrue(up.startsWith("up "), up);
    up = container.execOk("s6-svstat", "/run/s6/services/much/log");
    assertTrue(up.startsWith("up "), up);
  }

  /** As the host: root in a container may not. */
  private static void mount(Container container, String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--target",
                "" + container.pid(),
                "--mount",
                "--pid",
                "--root",
                "mount"));
    all.addAll(List.of(words));
    Host.run(all.toArray(String[]::new));
  }

  private static int times(Container container, String message) {
    return (container.stdout() + container.stderr()).split(message, -1).length - 1;
  }

  private static String allOfMuch(NamespaceRunner.Started container) {
    return container.execOk("sh", "-c", "cd /logs/much; cat $(ls | grep ^@) current");
  }

  private static void assertEndsWithAllLines(String all) {
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= LINES; i++) {
      expected.append(i).append('\n');
    }
    assertTrue(all.endsWith(expected.toString()), "lines are missing or out of order");
  }

  private static void awaitFirstLine(Container container) throws Exception {
    await(
        "first line",
        () -> container.exec("sh", "-c", "grep -q first /logs/much/current").code() == 0);
  }

  /** Its logger cannot go on: nobody else notices, its writer waits, and it is told of. */
  private static void assertHeldUp(NamespaceRunner.Started container, String message)
      throws Exception {
    container.execOk("touch", "/go");
    container.awaitText(message);
    assertOthersGoOn(container);
    assertFalse(Files.exists(container.changed("/sent")), "the writer was not held up");
    assertTrue(times(container, message) <= 2, "told once a minute");
  }

  private static void awaitAllLines(NamespaceRunner.Started container) throws Exception {
    await("all is read", () -> Files.exists(container.changed("/sent")));
    await("all is written", () -> allOfMuch(container).endsWith("\n" + LINES + "\n"));
  }

  @Test
  void a_directory_without_write_permission_blocks_its_writer_and_no_line_is_lost()
      throws Exception {
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe(SMALL_FILES))) {
      container.awaitText("[services.d] done.");
      awaitFirstLine(container);
      container.execOk("chmod", "555", "/logs/much");
      assertHeldUp(container, "unable to rotate /logs/much/current: Permission denied");
      container.execOk("chmod", "2700", "/logs/much");
      awaitAllLines(container);
      String all = allOfMuch(container);
      assertTrue(all.startsWith("first\n1\n"), "the first lines");
      assertEndsWithAllLines(all);
    }
  }

  @Test
  void a_directory_that_is_removed_is_told_of_and_used_again_when_it_is_back() throws Exception {
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe(SMALL_FILES))) {
      container.awaitText("[services.d] done.");
      awaitFirstLine(container);
      container.execOk("rm", "-rf", "/logs/much");
      assertHeldUp(container, "unable to mkdir /logs/much: Permission denied");
      container.execOk("mkdir", "-m", "2700", "/logs/.much");
      container.execOk("chown", "nobody:nogroup", "/logs/.much");
      container.execOk("mv", "/logs/.much", "/logs/much");
      awaitAllLines(container);
      // What was in the removed file is gone with it; from there on each line follows the other.
      String all = allOfMuch(container);
      int expected = Integer.parseInt(all.substring(0, all.indexOf('\n')));
      assertTrue(expected < LINES, "it has held up the writer, but not what it had read");
      for (String line : all.lines().toList()) {
        assertEquals(expected++, Integer.parseInt(line));
      }
      assertEquals(LINES + 1, expected);
    }
  }

  @Test
  void a_file_system_that_becomes_read_only_is_told_of_once_and_used_again_later()
      throws Exception {
    try (NamespaceRunner.Started container =
        Runner.NAMESPACE.start(recipe(SMALL_FILES).tmpfs(LOGS_IN_MEMORY))) {
      container.awaitText("[services.d] done.");
      awaitFirstLine(container);
      mount(container, "--bind", "/logs/much", "/logs/much");
      mount(container, "-o", "remount,ro,bind", "/logs/much");
      assertHeldUp(container, "unable to rotate /logs/much/current: Read-only file system");
      mount(container, "-o", "remount,rw,bind", "/logs/much");
      awaitAllLines(container);
      assertEndsWithAllLines(allOfMuch(container));
    }
  }

  /** Its supervisor starts the logger again and again, as it does with s6. */
  @Test
  void a_file_system_that_is_read_only_at_the_start_is_told_of_once_and_used_later()
      throws Exception {
    String logger = "/run/s6/services/much/log";
    try (NamespaceRunner.Started container =
        Runner.NAMESPACE.start(recipe(SMALL_FILES).tmpfs(LOGS_IN_MEMORY))) {
      container.awaitText("[services.d] done.");
      awaitFirstLine(container);
      container.execOk("s6-svc", "-wd", "-d", logger);
      mount(container, "--bind", "/logs/much", "/logs/much");
      mount(container, "-o", "remount,ro,bind", "/logs/much");
      container.execOk("s6-svc", "-u", logger);
      await(
          "it has failed several times, each with 111",
          () -> container.execOk("s6-svdt", logger).split("exitcode 111", -1).length > 4);
      container.execOk("touch", "/go");
      assertOtherLogs(container);
      String message = "s6-log: fatal: unable to open /logs/much/lock: Read-only file system";
      assertTrue(times(container, message) >= 1, "it is told");
      assertTrue(times(container, message) <= 2, "told once a minute");
      assertFalse(Files.exists(container.changed("/sent")), "the writer was not held up");
      mount(container, "-o", "remount,rw,bind", "/logs/much");
      awaitAllLines(container);
      assertEndsWithAllLines(allOfMuch(container));
    }
  }

  @Test
  void a_script_that_cannot_be_is_told_of_once_a_minute() throws Exception {
    String logger = "/run/s6/services/much/log";
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe("nonsense"))) {
      container.awaitText("[services.d] done.");
      await(
          "it has failed several times, each with 100",
          () -> container.execOk("s6-svdt", logger).split("exitcode 100", -1).length > 4);
      assertEquals(1, times(container, "s6-log: fatal: unrecognized directive: nonsense"));
    }
  }

  @Test
  void many_loggers_on_a_full_disk_fit_the_memory_of_the_runtime() throws Exception {
    int count = 40;
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .tmpfs("/small:size=256k,mode=777")
            .script(
                "/etc/cont-init.d/10", "#!/bin/sh\nhead -c 262144 /dev/zero >/small/filler || :\n");
    for (int i = 0; i < count; i++) {
      recipe =
          recipe
              .service(
                  "s" + i,
                  "#!/bin/sh\nwhile [ ! -e /go ]; do sleep 0.2; done\n"
                      + "yes some line of a log | head -c 4000000\n"
                      + "echo >/tmp/sent-"
                      + i
                      + "\nexec sleep 100000\n")
              .script(
                  "/etc/services.d/s" + i + "/log/run",
                  "#!/bin/sh\nexec s6-log r500 n2 s10000 /small/d" + i + "\n");
    }
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      container.execOk("touch", "/go");
      for (int i = 0; i < count; i++) {
        container.awaitText(
            "unable to write to /small/d" + i + "/current: No space left on device");
      }
      String sent = container.exec("sh", "-c", "ls /tmp/sent-*").stdout();
      assertEquals("", sent, "a writer was not held up");
      mount(container, "-o", "remount,size=64m", "/small");
      String all = "[ $(ls /tmp | grep -c ^sent-) = " + count + " ]";
      await("all have sent", () -> container.exec("sh", "-c", all).code() == 0);
      assertFalse(container.stderr().contains("the runtime has died"), container.stderr());
    }
  }
}
