package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Loggers and their backends in a container, and the runtime that those with plugins have. */
class LoggersTest {
  private static final int NOBODY = 65534;
  private static final String RUNTIMES = "/run/s6/s6j/loggers/";

  private static final String LOGS =
      "#!/bin/sh\nmkdir -p /var/log/l\nchown nobody:nogroup /var/log/l\n";

  /** Writes numbered lines, fifty at a time. */
  private static final String BURSTS =
      "#!/bin/sh\ni=100000\nwhile :; do echo $i; i=$((i+1)); [ $((i % 50)) != 0 ] || sleep 0.05; done\n";

  /** Writes numbered lines, slowly enough that a kill comes between two of them. */
  private static final String NUMBERS =
      "#!/bin/sh\ni=100000\nwhile :; do echo $i; i=$((i+1)); sleep 0.01; done\n";

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; !condition.call(); i++) {
      assertTrue(i < 400, "not so: " + what);
      Container.pause(50);
    }
  }

  @Test
  void json_lines_reach_the_output_of_the_container_with_the_name_of_the_service()
      throws Exception {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("S6_LOGGING_SCRIPT", "n20 s1000000 plugin:json?timestamp=none T")
            .script("/etc/cont-init.d/10", LOGS)
            .service("web", "#!/bin/sh\necho 'say \"hello\"'\nexec sleep 1000\n")
            .script(
                "/etc/services.d/web/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/w\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("{\"service\":\"web\",\"message\":\"say \\\"hello\\\"\"}\n");
      Path current = container.changed("/var/log/l/w/current");
      await(
          "stamped line",
          () -> Files.exists(current) && Files.readString(current).endsWith("  say \"hello\"\n"));
    }
  }

  @Test
  void a_logger_whose_disk_is_full_stops_nobody_else_and_goes_on_when_there_is_room()
      throws Exception {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .tmpfs("/small:size=64k,mode=777")
            .script("/etc/cont-init.d/10", LOGS + "head -c 60000 /dev/zero >/small/filler\n")
            .service("full", BURSTS)
            .script("/etc/services.d/full/log/run", "#!/bin/sh\nexec s6-log r100 /small/d\n")
            .service("other", NUMBERS)
            .script(
                "/etc/services.d/other/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/o\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("unable to write to /small/d/current: No space left on device");
      Path other = container.changed("/var/log/l/o/current");
      await("other logs", () -> Files.exists(other));
      long size = Files.size(other);
      await("other goes on", () -> Files.size(other) > size);
      container.execOk("s6-svstat", "/run/s6/services/full");
      container.execOk("rm", "/small/filler");
      // The one page that there was before had 4096 bytes.
      String grown = "[ $(wc -c </small/d/current) -gt 5000 ]";
      await("all of it", () -> container.exec("sh", "-c", grown).code() == 0);
      assertGapless(container.execOk("cat", "/small/d/current"));
    }
  }

  private static void assertGapless(String numbers) {
    int expected = 100_000;
    String complete = numbers.substring(0, numbers.lastIndexOf('\n') + 1);
    for (String line : complete.lines().toList()) {
      int number = Integer.parseInt(line);
      // A logger that was killed leaves to the next one what may be written already.
      assertTrue(number <= expected, "lost: from " + expected + " to " + number);
      expected = number + 1;
    }
    assertTrue(expected > 100_000, "no lines");
  }

  /** As the runtime of init has it done for a script that names a plugin. */
  private static String runOf(int i) {
    return "#!/bin/sh\nexec s6-setuidgid nobody env S6J_LOGGERS="
        + RUNTIMES
        + NOBODY
        + " s6-log n99 s1000000 /var/log/l/"
        + i
        + "\n";
  }

  @Test
  void loggers_of_a_user_share_a_runtime_that_can_die() throws Exception {
    Recipe recipe = Recipe.on(Image.BUSYBOX).script("/etc/cont-init.d/10", LOGS);
    for (int i = 0; i < 3; i++) {
      recipe =
          recipe.service("n" + i, NUMBERS).script("/etc/services.d/n" + i + "/log/run", runOf(i));
    }
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      awaitLines(container);
      List<Long> runtimes = runtimesOf(container, NOBODY);
      assertEquals(1, runtimes.size(), "runtimes: " + runtimes);
      Host.run("kill", "-KILL", "" + runtimes.getFirst());
      await("another runtime", () -> isAnother(container, runtimes.getFirst()));
      long[] sizes = sizes(container);
      await("all go on", () -> allGrown(sizes, sizes(container)));
      for (int i = 0; i < 3; i++) {
        container.execOk("s6-svc", "-d", "/run/s6/services/n" + i);
      }
      for (int i = 0; i < 3; i++) {
        container.execOk("s6-svwait", "-d", "-t", "20000", "/run/s6/services/n" + i);
        container.execOk("s6-svc", "-d", "/run/s6/services/n" + i + "/log");
      }
      await("no runtime without loggers", () -> runtimesOf(container, NOBODY).isEmpty());
      for (int i = 0; i < 3; i++) {
        assertGapless(all(container.changed("/var/log/l/" + i)));
      }
      container.signal(15);
      container.awaitExit();
    }
  }

  private static void awaitLines(NamespaceRunner.Started container) throws Exception {
    await("lines of all", () -> allGrown(new long[3], sizes(container)));
  }

  private static boolean allGrown(long[] before, long[] now) {
    for (int i = 0; i < before.length; i++) {
      if (now[i] <= before[i]) {
        return false;
      }
    }
    return true;
  }

  /** How much each of the three has written. */
  private static long[] sizes(NamespaceRunner.Started container) throws IOException {
    long[] sizes = new long[3];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = all(container.changed("/var/log/l/" + i)).length();
    }
    return sizes;
  }

  private static String all(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return "";
    }
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("@") || name.equals("current")) {
          all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (java.nio.file.NoSuchFileException e) {
      // In the middle of a rotation.
      return "";
    }
    return all.toString();
  }

  private static boolean isAnother(Container container, long old) throws IOException {
    List<Long> runtimes = runtimesOf(container, NOBODY);
    return runtimes.size() == 1 && runtimes.getFirst() != old;
  }

  /** The JVMs that run as this user. */
  private static List<Long> runtimesOf(Container container, int uid) {
    return container.processes().stream()
        .filter(pid -> file(pid, "cmdline").startsWith("/usr/lib/s6j/runtime/"))
        .filter(pid -> file(pid, "status").contains("\nUid:\t" + uid + "\t"))
        .toList();
  }

  private static String file(long pid, String name) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended.
      return "";
    }
  }

  @Test
  void a_container_of_64_megabytes_has_room_for_two_runtimes() throws Exception {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .memory(64 << 20)
            .script("/etc/cont-init.d/10", LOGS)
            .service("n", BURSTS)
            .script(
                "/etc/services.d/n/log/run",
                runOf(0).replace("/var/log/l/0", "plugin:stdout?prefix=service /var/log/l/0"));
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[n] 101000\n");
      assertEquals(1, runtimesOf(container, NOBODY).size());
      assertEquals("", container.stderr());
    }
  }

  @Test
  void a_script_with_a_plugin_is_for_the_runtime_of_its_user() throws Exception {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("S6_LOGGING_SCRIPT", "plugin:nosuch?a=b")
            .script("/etc/cont-init.d/10", LOGS)
            .service("web", "#!/bin/sh\nexec sleep 1000\n")
            .script(
                "/etc/services.d/web/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/w\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText(
          "s6-log: fatal: there is no log backend 'nosuch'; there are: dir, json, stdout\n");
      Path directory = container.changed(RUNTIMES + NOBODY);
      assertEquals("700", mode(directory));
      assertEquals(NOBODY, Files.getAttribute(directory, "unix:uid"));
      assertEquals("1777", mode(directory.getParent()));
    }
  }

  private static String mode(Path file) throws IOException {
    return Integer.toOctalString((int) Files.getAttribute(file, "unix:mode") & 07777);
  }

  /** It writes as whom it runs, and ends its runtime when a line says so. */
  private static final String BACKEND =
      """
      public String name() { return "file"; }
      public Set<String> options() { return Set.of("to"); }
      public LogDestination open(LogConfiguration c) {
        return new LogDestination() {
          public void write(List<LogLine> batch) throws java.io.IOException {
            try (var out = new java.io.FileOutputStream(c.option("to", ""), true)) {
              for (LogLine line : batch) {
                if (new String(line.bytes()).equals("die")) Runtime.getRuntime().halt(1);
                out.write((c.service() + ": " + new String(line.bytes()) + "\\n").getBytes());
              }
            }
          }
          public void close() {}
        };
      }
      """;

  @Test
  void a_plugin_gets_lines_without_root_and_its_death_harms_no_service() throws Exception {
    Recipe recipe =
        PluginJar.write(Recipe.on(Image.BUSYBOX), "tofile", "log.LogBackend", BACKEND)
            .env("S6_LOGGING_SCRIPT", "n20 s1000000 plugin:file?to=/var/log/l/out")
            .script("/etc/cont-init.d/10", LOGS)
            .service(
                "web",
                "#!/bin/sh\necho $$\nwhile [ ! -e /die ]; do sleep 0.05; done\n"
                    + "echo die\necho after\nexec sleep 1000\n")
            .script(
                "/etc/services.d/web/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/w\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      Path out = container.changed("/var/log/l/out");
      await("a line", () -> Files.exists(out) && Files.size(out) > 0);
      assertEquals(NOBODY, Files.getAttribute(out, "unix:uid"));
      String pid = Files.readString(out);
      assertTrue(pid.matches("web: \\d+\n"), pid);
      List<Long> first = runtimesOf(container, NOBODY);
      assertEquals(1, first.size());
      container.execOk("touch", "/die");
      // The line comes again, since no destination has taken it, and the next runtime dies as well.
      await("another runtime", () -> isAnother(container, first.getFirst()));
      String up = container.execOk("s6-svstat", "/run/s6/services/web");
      assertTrue(up.startsWith("up (pid " + pid.substring(5).strip() + ")"), up);
    }
  }

  /** It takes nothing as long as there is no file /open. */
  private static final String HANGING =
      """
      public String name() { return "hang"; }
      public Set<String> options() { return Set.of(); }
      public LogDestination open(LogConfiguration c) {
        return new LogDestination() {
          public void write(List<LogLine> batch) throws InterruptedException {
            while (!new java.io.File("/open").exists()) Thread.sleep(50);
          }
          public void close() {}
        };
      }
      """;

  @Test
  void many_destinations_that_hang_hold_up_their_writers_alone_and_fit_the_memory()
      throws Exception {
    int count = 40;
    Recipe recipe =
        PluginJar.write(Recipe.on(Image.BUSYBOX), "hanging", "log.LogBackend", HANGING)
            .script("/etc/cont-init.d/10", LOGS)
            .service("other", NUMBERS)
            .script(
                "/etc/services.d/other/log/run",
                "#!/bin/sh\nexec s6-setuidgid nobody s6-log /var/log/l/0\n");
    for (int i = 0; i < count; i++) {
      String much = "#!/bin/sh\nyes some line of a log | head -c 4000000\ntouch /sent-" + i;
      recipe =
          recipe
              .service("s" + i, much + "\nexec sleep 100000\n")
              .script(
                  "/etc/services.d/s" + i + "/log/run",
                  "#!/bin/sh\nexec s6-setuidgid nobody s6-log plugin:hang\n");
    }
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      await("the runtime", () -> runtimesOf(container, NOBODY).size() == 1);
      List<Long> runtime = runtimesOf(container, NOBODY);
      // Long enough for what is held to be as much as it may.
      Container.pause(3000);
      long before = sizes(container)[0];
      await("another logger goes on", () -> sizes(container)[0] > before);
      String up = container.execOk("s6-svstat", "/run/s6/services/s0");
      assertTrue(up.startsWith("up "), up);
      String sent = "ls / | grep -c ^sent-";
      assertEquals("0\n", container.exec("sh", "-c", sent).stdout());
      container.execOk("touch", "/open");
      await("all is read", () -> container.exec("sh", "-c", sent).stdout().equals(count + "\n"));
      assertEquals(runtime, runtimesOf(container, NOBODY));
      assertEquals("", container.stderr());
    }
  }

  @Test
  void the_syslog_plugin_of_the_tarball_brings_lines_to_a_daemon() throws Exception {
    Recipe recipe =
        PluginJar.ship(Recipe.on(Image.BUSYBOX), "syslog")
            .env("S6_LOGGING_SCRIPT", "n20 s1000000 plugin:syslog?to=unix:/dev/log&format=local T")
            .script("/etc/cont-init.d/10", LOGS)
            .service("daemon", "#!/bin/sh\nexec syslogd -n -O /tmp/messages\n")
            .service("web", "#!/bin/sh\necho hello from the service\nexec sleep 1000\n")
            .script(
                "/etc/services.d/web/log/run", "#!/bin/sh\nexec logutil-service /var/log/l/w\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      Path messages = container.changed("/tmp/messages");
      await(
          "the line",
          () ->
              Files.exists(messages)
                  && Files.readString(messages)
                      .matches("(?s).* daemon\\.info web: hello from the service\n.*"));
    }
  }

  /** Its logger has no time to start before it is told to end, and ends by itself. */
  @Test
  void all_that_is_said_around_a_cmd_that_ends_at_once_is_in_the_catch_all_log() throws Exception {
    for (String level : List.of("1", "2", "1", "2", "1", "2")) {
      Recipe recipe =
          Recipe.on(Image.BUSYBOX)
              .script("/etc/cont-finish.d/10", "#!/bin/sh\necho the finish script\n")
              .env("S6_LOGGING", level)
              .env("S6_KILL_GRACETIME", "600000")
              .cmd("/bin/probe", "env");
      String log = catchAllLog(recipe, 65534);
      assertTrue(log.contains("  [s6-init] making user provided files"), log);
      assertEquals(level.equals("2"), log.contains("  S6_LOGGING=2\n"), log);
      assertTrue(log.contains("  the finish script\n"), log);
      assertTrue(
          log.endsWith("  [s6-finish] sending all processes the KILL signal and exiting.\n"));
    }
  }

  @Test
  void what_the_catch_all_logger_writes_to_stdout_is_the_containers_and_not_logged_again()
      throws Exception {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho from init\n")
            .env("S6_LOGGING", "1")
            .env("S6_LOGGING_SCRIPT", "n20 s1000000 plugin:json?timestamp=none T")
            .cmd("/bin/probe", "env");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      String said = container.awaitExit().stdout();
      String line = "{\"service\":\"s6-svscan-log\",\"message\":\"from init\"}\n";
      assertTrue(said.contains(line), said);
      assertEquals(said.indexOf("from init"), said.lastIndexOf("from init"), said);
      String log = Files.readString(container.changed("/var/log/s6-uncaught-logs/current"));
      assertTrue(log.contains("  from init\n"), log);
      assertFalse(log.contains("message"), log);
    }
  }

  @Test
  void where_there_is_no_user_nobody_the_catch_all_logger_is_32768() throws Exception {
    String log =
        catchAllLog(Recipe.on(Image.SCRATCH).env("S6_LOGGING", "2").cmd("/probe", "env"), 32768);
    assertTrue(log.contains("  S6_LOGGING=2\n"), log);
  }

  /** What it has, after the end of the container, and of whom. */
  private static String catchAllLog(Recipe recipe, int owner) throws Exception {
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      assertEquals(0, container.awaitExit().code());
      Path current = container.changed("/var/log/s6-uncaught-logs/current");
      assertTrue(Files.exists(current), "there is no log");
      assertEquals(owner, Files.getAttribute(current, "unix:uid"));
      assertEquals(owner, Files.getAttribute(current, "unix:gid"));
      return Files.readString(current);
    }
  }

  @Test
  void a_directory_that_is_not_the_users_is_not_used() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                "mkdir -m 777 /tmp/x; echo hello"
                    + " | s6-setuidgid nobody env S6J_LOGGERS=/tmp/x s6-log 1; ls -A /tmp/x");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertTrue(outcome.stdout().contains("[cmd] sh exited 0"), outcome.toString());
    assertTrue(outcome.stdout().contains("\nhello\n["), outcome.toString());
  }
}
