package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An image with a JDK of its own and no shim: PID 1 is the JVM. What docs/reference/own-jdk.md
 * says.
 */
class OwnJdkTest {
  private static final Recipe OWN_JDK = Recipe.on(Image.OWN_JDK);
  private static final String WORKER =
      "#!/bin/sh\necho $$ >/run/worker\necho worker started\nexec sleep 1000\n";

  /** Of an env that blocks no signals, as that of busybox. */
  private static final String OTHER_ENV =
      "#!/bin/sh\ncase $1 in --block*) exit 1 ;; esac\nexec /usr/bin/env \"$@\"\n";

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  static Stream<Arguments> signalsAndRunners() {
    return Stream.of(15, 2, 3, 37)
        .flatMap(signal -> runners().stream().map(runner -> Arguments.of(signal, runner)));
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_jvm_is_pid_1_and_lives_the_whole_life(Runner runner) {
    Recipe recipe =
        OWN_JDK
            .file("/etc/fix-attrs.d/10", "/srv/a true nobody 0600 0700\n")
            .file("/srv/a/file", "")
            .file("/etc/cont-init.d/10", "#!/bin/sh\nstat -c 'init sees %U %a' /srv/a/file\n")
            .service("worker", WORKER)
            .service("slow", "#!/bin/sh\nsleep 0.5\necho slow is up\necho >&3\nexec sleep 1000\n")
            .file("/etc/services.d/slow/notification-fd", "3\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish ran\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("echo the cmd; cat /proc/1/comm; readlink /proc/1/exe; exit 6");
    Outcome outcome = runner.run(recipe);
    String said = outcome.stdout();
    assertTrue(said.contains("init sees nobody 600\n"), outcome.output());
    assertTrue(said.contains("worker started\n"), outcome.output());
    assertTrue(said.contains("\nthe cmd\njava\n/opt/java/bin/java\n"), outcome.output());
    assertTrue(said.indexOf("slow is up\n") < said.indexOf("the cmd\n"), outcome.output());
    assertTrue(said.contains("finish ran\n"), outcome.output());
    assertEquals("", outcome.stderr());
    assertEquals(6, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_that_is_killed_is_started_again(Runner runner) {
    try (Container container = runner.start(OWN_JDK.service("worker", WORKER))) {
      container.awaitText("worker started");
      container.execOk("sh", "-c", "kill -9 $(cat /run/worker)");
      container.awaitText("worker started", 2);
    }
  }

  @ParameterizedTest
  @MethodSource("signalsAndRunners")
  void a_signal_stops_it(int signal, Runner runner) {
    Recipe recipe =
        OWN_JDK.service(
            "s",
            "#!/bin/sh\ntrap 'echo told; exit 0' TERM\necho up\nwhile :; do sleep 0.05; done\n");
    stop(recipe, signal, runner);
    stop(recipe.script("/usr/local/bin/env", OTHER_ENV), signal, runner);
  }

  private static void stop(Recipe recipe, int signal, Runner runner) {
    try (Container container = runner.start(recipe)) {
      container.awaitText("up\n");
      assertEquals("java\n", container.execOk("cat", "/proc/1/comm"));
      container.signal(signal);
      Outcome outcome = container.awaitExit();
      assertTrue(outcome.stdout().contains("told\n"), outcome.output());
      assertEquals(0, outcome.code(), outcome.output());
      assertEquals("", outcome.stderr());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_stop_that_comes_while_the_jvm_starts_is_not_lost(Runner runner) throws Exception {
    try (Container container = runner.start(OWN_JDK)) {
      Path name = Path.of("/proc/" + container.pid() + "/comm");
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (!Files.readString(name).equals("java\n")) {
        assertTrue(System.nanoTime() < deadline, "never became java");
      }
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code(), outcome.output());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void orphans_are_reaped(Runner runner) {
    Recipe recipe =
        OWN_JDK.cmd(
            "bash",
            "-c",
            """
            (sh -c 'read x </run/go; exit 3' & echo $! >/run/orphan)
            pid=$(cat /run/orphan)
            sleep 0.1
            grep PPid: /proc/$pid/status
            echo >/run/go
            for i in {1..100}; do [ -e /proc/$pid ] || { echo reaped; exit 0; }; sleep 0.05; done
            exit 1
            """);
    recipe = recipe.script("/etc/cont-init.d/10", "#!/bin/sh\nmkfifo /run/go\n");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("PPid:\t1\nreaped\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void variables_for_a_jvm_reach_the_cmd_and_never_the_init(Runner runner) {
    String odd = "a'b\"c $x \\ \u00ff\nsecond=line";
    String big = "0123456789".repeat(9000);
    Recipe recipe =
        OWN_JDK
            .env("JAVA_TOOL_OPTIONS", "-Xmx1k -no-such-option")
            .env("JDK_JAVA_OPTIONS", "-no-such-option")
            .env("_JAVA_OPTIONS", "-no-such-option")
            .env("CLASSPATH", "/no/such/classes")
            .env("home", "mine")
            .env("spring.profiles.active", "production")
            .env("BIG", big)
            .cmd("/usr/bin/env", "-0");
    if (runner == Runner.NAMESPACE) {
      // Docker's client takes text only, and of a test's bytes would make UTF-8.
      recipe = recipe.env("ODD", odd);
    }
    for (Recipe each : List.of(recipe, recipe.script("/usr/local/bin/env", OTHER_ENV))) {
      Outcome outcome = runner.run(each);
      String said = outcome.stdout().replace('\0', '\n');
      for (String expected :
          List.of(
              "JAVA_TOOL_OPTIONS=-Xmx1k -no-such-option",
              "JDK_JAVA_OPTIONS=-no-such-option",
              "_JAVA_OPTIONS=-no-such-option",
              "CLASSPATH=/no/such/classes",
              "home=mine",
              "spring.profiles.active=production",
              "BIG=" + big,
              runner == Runner.NAMESPACE ? "ODD=" + odd : "HOSTNAME=container")) {
        assertTrue(said.contains("\n" + expected + "\n"), expected + outcome.output());
      }
      assertFalse(said.contains("S6J_"), outcome.output());
      assertFalse(said.contains("_JAVA_SR_SIGNUM"), outcome.output());
      assertEquals("", outcome.stderr());
      assertEquals(0, outcome.code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void nothing_of_the_jvm_is_inherited(Runner runner) {
    String look = "grep -e SigBlk -e Umask /proc/self/status; ulimit -Sn; ls /proc/self/fd";
    String[] words = {"bash", "-c", look};
    String without = runner.run(Recipe.bare(Image.OWN_JDK, words)).stdout();
    assertTrue(without.contains("SigBlk:\t0000000000000000\n"), without);
    for (Recipe each : List.of(OWN_JDK, OWN_JDK.script("/usr/local/bin/env", OTHER_ENV))) {
      String seen = runner.run(each.cmd(words)).stdout();
      assertTrue(seen.contains(without + "[cmd] bash exited 0\n"), seen);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void services_are_controlled_through_their_fifos(Runner runner) {
    Recipe recipe =
        OWN_JDK
            .service("worker", WORKER)
            .script("/etc/services.d/worker/finish", "#!/bin/sh\necho down with $2\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("worker started");
      container.execOk("sh", "-c", "printf d >/run/s6/services/worker/supervise/control");
      container.awaitText("down with 15\n");
      container.execOk("sh", "-c", "printf u >/run/s6/services/worker/supervise/control");
      container.awaitText("worker started", 2);
      container.execOk("sh", "-c", "printf t >/run/s6/services/.s6-svscan/control");
      assertEquals(0, container.awaitExit().code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_read_only_root_needs_a_tmpfs_on_run_only(Runner runner) {
    Recipe recipe =
        OWN_JDK.onReadOnlyRoot().tmpfs("/run").service("worker", WORKER).sh("echo the cmd; exit 4");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("the cmd\n"), outcome.output());
    assertEquals(4, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void any_user_is_good_enough(Runner runner) {
    Recipe recipe =
        OWN_JDK
            .user(1234, 1234)
            .tmpfs("/run:mode=1777")
            .env("MINE", "x")
            .sh("id -u; echo $MINE; exit 4");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("\n1234\nx\n"), outcome.output());
    assertEquals(4, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_catch_all_logger_is_not_there_which_is_said(Runner runner) {
    Recipe recipe =
        OWN_JDK.env("S6_LOGGING", "1").file("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n");
    Outcome outcome = runner.run(recipe.cmd("true"));
    assertTrue(outcome.stdout().contains("init ran\n"), outcome.output());
    assertEquals(
        "s6-overlay: warning: S6_LOGGING=1 needs s6-log, which is not there without the shim: 0\n",
        outcome.stderr());
    assertEquals(0, outcome.code());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void an_image_without_java_gets_a_line(Runner runner) {
    Recipe recipe =
        OWN_JDK.env("JAVA_HOME", "/no/such/jdk").env("PATH", "/usr/bin:/bin").cmd("true");
    Outcome outcome = runner.run(recipe);
    assertEquals(
        "s6-overlay: fatal: no java: neither $JAVA_HOME/bin/java nor one in PATH\n",
        outcome.stderr());
    assertEquals(127, outcome.code());
  }
}
