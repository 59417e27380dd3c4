package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an init owes to processes: orphans reaped, restarts survived, others' processes left alone.
 */
class ProcessesTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  @ParameterizedTest
  @MethodSource("runners")
  @Timeout(120)
  void ten_thousand_orphans_are_reaped_while_services_restart(Runner runner) throws IOException {
    Recipe recipe = BUSYBOX.service("stays", "#!/bin/sh\necho stays up\nexec sleep 1000\n");
    for (int i = 0; i < 10; i++) {
      recipe = recipe.service("restarts" + i, "#!/bin/sh\necho restarted " + i + "\n");
    }
    recipe =
        recipe.sh("probe orphans 5000 & probe orphans 5000 & wait; echo all made; exec sleep 1000");
    try (Container container = runner.start(recipe)) {
      container.awaitText("all made");
      int before = container.stdout().split("restarted", -1).length;
      Container.pause(2500);
      int after = container.stdout().split("restarted", -1).length;
      assertTrue(after - before >= 15, "services still restart: " + (after - before) + " times");
      assertEquals(1, container.stdout().split("stays up", -1).length - 1);
      assertEquals(List.of(), zombies(container));
      container.signal(15);
      assertEquals(143, container.awaitExit().code());
    }
  }

  /** Those that are still zombies a while later: some process is always just dying. */
  private static List<Long> zombies(Container container) throws IOException {
    List<Long> first = zombiesNow(container);
    Container.pause(700);
    first.retainAll(zombiesNow(container));
    return first;
  }

  private static List<Long> zombiesNow(Container container) throws IOException {
    List<Long> zombies = new ArrayList<>();
    for (long pid : container.processes()) {
      Path stat = Path.of("/proc/" + pid + "/stat");
      try {
        String text = Files.readString(stat);
        if (text.startsWith("Z", text.lastIndexOf(')') + 2)) {
          zombies.add(pid);
        }
      } catch (IOException e) {
        if (Files.exists(stat)) {
          throw e;
        }
      }
    }
    return zombies;
  }

  @ParameterizedTest
  @MethodSource("runners")
  void docker_restart_begins_anew(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\n[ ! -e /var/run/s6/container_environment/LEFT ] && echo nothing left\n"
                    + "echo >/var/run/s6/container_environment/LEFT\n"
                    + "printf 9 >/run/s6/env-stage3/S6_STAGE2_EXITED\n")
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n");
    try (Container container = runner.start(recipe)) {
      for (int i = 0; i < 3; i++) {
        container.awaitText("service up");
        container.awaitText("nothing left\n");
        container.signal(15);
        assertEquals(9, container.awaitExit().code(), container.stderr());
        container.startAgain();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_start_after_a_kill_works_on_what_was_left(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .script(
                "/etc/services.d/s/log/run",
                "#!/bin/sh\nwhile read -r l; do echo \"log: $l\"; done\n")
            .sh("echo cmd up; exec sleep 1000");
    try (Container container = runner.start(recipe)) {
      for (int i = 0; i < 3; i++) {
        container.awaitText("log: service up");
        container.awaitText("cmd up");
        container.signal(9);
        assertEquals(137, container.awaitExit().code());
        container.startAgain();
      }
      container.awaitText("log: service up");
      container.awaitText("cmd up");
      container.execOk("s6-svstat", "/run/s6/services/s");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(143, outcome.code());
      assertEquals("", outcome.stderr());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void where_init_is_not_pid_1_it_works_with_one_warning_and_spares_others(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/opt/start",
                "#!/bin/sh\n(trap 'echo other got term' TERM; while :; do sleep 0.1; done) &\n"
                    + "/init \"$@\"\ncode=$?\nsleep 0.3\nkill -0 $! && echo other lives\nexit $code\n")
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish ran\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .entrypoint("/opt/start")
            .sh("probe orphans 20; (sleep 1000 &); sleep 0.3; echo the cmd; exit 6");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("service up"), outcome.output());
    assertTrue(outcome.stdout().contains("the cmd"), outcome.output());
    assertTrue(outcome.stdout().contains("finish ran"), outcome.output());
    assertTrue(outcome.stdout().contains("other lives"), outcome.output());
    assertFalse(outcome.stdout().contains("other got term"), outcome.output());
    assertEquals(6, outcome.code(), outcome.output());
    assertEquals(1, outcome.stderr().lines().count(), outcome.stderr());
    assertTrue(outcome.stderr().contains("init"), outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void under_dockers_own_init_it_stops_when_told(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .entrypoint("/bin/tini", "--", "/init");
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code(), outcome.output());
      assertTrue(outcome.stdout().contains("[s6-finish]"), outcome.output());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_stop_of_an_idle_container_takes_no_time(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .env("S6_SERVICES_GRACETIME", "60000")
            .env("S6_KILL_GRACETIME", "60000");
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      long from = System.nanoTime();
      container.signal(15);
      container.awaitExit();
      assertTrue(SignalsTest.millis(from) < 30000, "took " + SignalsTest.millis(from) + " ms");
    }
  }

  /** As the server of a run script that does not exec it. */
  private static Recipe leavingBehind(String trap) {
    return BUSYBOX
        .service(
            "s",
            "#!/bin/sh\nsh -c '" + trap + "; echo up; while :; do sleep 0.05; done'\necho over\n")
        .script("/etc/services.d/s/log/run", "#!/bin/sh\nexec tee /logged >&2\n");
  }

  @ParameterizedTest
  @MethodSource("runners")
  void what_a_service_leaves_behind_with_its_log_open_does_not_hold_up_the_stop(Runner runner) {
    Recipe recipe =
        leavingBehind("trap \"echo last words; exit\" TERM").env("S6_SERVICES_GRACETIME", "0");
    try (Container container = runner.start(recipe)) {
      container.awaitText("up\n");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertTrue(outcome.stderr().endsWith("last words\n"), outcome.output());
      assertEquals(0, outcome.code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void what_does_not_end_when_told_does(Runner runner) {
    Recipe recipe =
        leavingBehind("trap \"\" TERM")
            .env("S6_SERVICES_GRACETIME", "300")
            .env("S6_KILL_GRACETIME", "300");
    try (Container container = runner.start(recipe)) {
      container.awaitText("up\n");
      container.signal(15);
      String said = container.awaitExit().stderr();
      assertTrue(
          said.contains("timed out after 300 ms (S6_SERVICES_GRACETIME): still up: s/log"), said);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void supervision_survives_the_death_of_the_jvm(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho service up $$\nexec sleep 1000\n")
            .script(
                "/etc/services.d/s/log/run",
                "#!/bin/sh\nwhile read -r l; do echo \"log: $l\"; done\n")
            .sh("trap 'echo cmd got term; exit 3' TERM; echo cmd up; while :; do sleep 0.05; done");
    try (Container container = runner.start(recipe)) {
      container.awaitText("log: service up");
      container.awaitText("cmd up");
      long jvm = jvm(container);
      Host.shell("kill -9 $1", jvm);
      Container.pause(1000);
      assertTrue(container.running(), container.stderr());
      String status = container.execOk("s6-svstat", "/run/s6/services/s");
      assertTrue(status.startsWith("up (pid "), status);
      assertEquals(
          1,
          container.stdout().split("log: service up", -1).length - 1,
          "no service was restarted");
      container.execOk("s6-svc", "-k", "/run/s6/services/s");
      container.awaitText("log: service up", 2);
      container.signal(15);
      assertEquals(3, container.awaitExit().code());
    }
  }

  private static long jvm(Container container) {
    for (long pid : container.processes()) {
      try {
        if (Files.readString(Path.of("/proc/" + pid + "/maps")).contains("libjvm.so")) {
          return pid;
        }
      } catch (IOException e) {
        // It has just ended.
      }
    }
    throw new AssertionError("no JVM in the container");
  }
}
