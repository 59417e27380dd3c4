package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What signals to PID 1 do: docs/reference/signals.md, row by row, and what is behind it. */
class SignalsTest {
  private static final Pattern NUMBER = Pattern.compile("\\((\\d+)\\)");

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  private static final Recipe WITH_A_SERVICE =
      Recipe.on(Image.BUSYBOX).service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n");

  @TestFactory
  Stream<DynamicTest> signals_to_pid_1_without_a_cmd() {
    return Reference.eachRow(
        Reference.table("docs/reference/signals.md", "Signals to PID 1"),
        (row, runner) ->
            check(runner, WITH_A_SERVICE, "service up", row.key(), row.cells().get(1)));
  }

  @TestFactory
  Stream<DynamicTest> signals_to_pid_1_with_a_cmd() {
    Recipe recipe = WITH_A_SERVICE.sh("echo cmd up; exec sleep 1000");
    return Reference.eachRow(
        Reference.table("docs/reference/signals.md", "Signals to PID 1"),
        (row, runner) -> check(runner, recipe, "cmd up", row.key(), row.cells().get(2)));
  }

  private static void check(
      Runner runner, Recipe recipe, String ready, String signal, String expected) {
    Matcher number = NUMBER.matcher(signal);
    assertTrue(number.find(), "a signal's row gives its number: " + signal);
    try (Container container = runner.start(recipe)) {
      container.awaitText(ready);
      container.awaitText("service up");
      container.signal(Integer.parseInt(number.group(1)));
      switch (expected.split(", ")) {
        case String[] a when a[0].equals("goes on") -> {
          Container.pause(300);
          assertTrue(container.running(), container.stdout());
          assertFalse(container.stdout().contains("[s6-finish]"), container.stdout());
          assertEquals(1, container.stdout().split("service up", -1).length - 1);
        }
        case String[] a when a[0].equals("stops") -> {
          Outcome outcome = container.awaitExit();
          assertTrue(
              outcome.stdout().contains("[s6-finish] waiting for services."), outcome.output());
          assertEquals(Integer.parseInt(a[1]), outcome.code(), outcome.output());
        }
        case String[] a when a[0].equals("ends at once") -> {
          Outcome outcome = container.awaitExit();
          assertFalse(outcome.stdout().contains("[s6-finish]"), outcome.output());
          assertEquals(Integer.parseInt(a[1]), outcome.code(), outcome.output());
        }
        default -> throw new IllegalStateException("no such outcome: " + expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void hup_and_alrm_start_services_that_appeared(Runner runner) {
    for (int signal : new int[] {1, 14}) {
      try (Container container = runner.start(WITH_A_SERVICE)) {
        container.awaitText("service up");
        container.execOk(
            "sh",
            "-c",
            "mkdir -p /tmp/new && printf '#!/bin/sh\\necho new one up\\nexec sleep 1000\\n' >/tmp/new/run"
                + " && chmod +x /tmp/new/run && mv /tmp/new /run/s6/services/new");
        container.signal(signal);
        container.awaitText("new one up");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void usr1_runs_the_program_of_the_scan_directory(Runner runner) {
    Recipe recipe =
        WITH_A_SERVICE.script(
            "/etc/cont-init.d/10-diverted",
            """
            #!/bin/sh
            mkdir -p /run/s6/services/.s6-svscan
            for s in SIGUSR1 SIGUSR2 SIGWINCH; do
              printf '#!/bin/sh\\necho got %s\\n' $s >/run/s6/services/.s6-svscan/$s
              chmod +x /run/s6/services/.s6-svscan/$s
            done
            """);
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      container.signal(10);
      container.awaitText("got SIGUSR1");
      container.signal(12);
      container.awaitText("got SIGUSR2");
      container.signal(28);
      container.awaitText("got SIGWINCH");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void services_and_cmd_get_term_at_once_and_nobody_gets_hup(Runner runner) {
    String traps =
        """
        trap 'echo NAME got hup' HUP
        trap 'echo NAME got term; exit 0' TERM
        echo NAME up
        while :; do sleep 0.05; done
        """;
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .service("s", "#!/bin/sh\n" + traps.replace("NAME", "service"))
            .script("/etc/cont-finish.d/10-slow", "#!/bin/sh\nsleep 0.5\necho finish script over\n")
            .sh("(" + traps.replace("NAME", "stray") + ") & " + traps.replace("NAME", "cmd"));
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      container.awaitText("cmd up");
      container.awaitText("stray up");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      String said = outcome.stdout();
      assertEquals(0, outcome.code());
      int finished = said.indexOf("finish script over");
      assertTrue(said.indexOf("service got term") >= 0, said);
      assertTrue(said.indexOf("cmd got term") >= 0, said);
      assertTrue(said.indexOf("stray got term") > finished, said);
      assertTrue(said.indexOf("service got term") < finished, said);
      assertTrue(said.indexOf("cmd got term") < finished, said);
      assertFalse(said.contains("got hup"), said);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_stopped_process_is_woken_to_get_its_term(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("S6_KILL_GRACETIME", "60000")
            .sh("echo up; kill -STOP $$; echo woken; exit 3");
    try (Container container = runner.start(recipe)) {
      container.awaitText("up");
      Container.pause(100);
      long from = System.nanoTime();
      container.signal(15);
      assertEquals(143, container.awaitExit().code());
      assertTrue(millis(from) < 30000, "took " + millis(from) + " ms");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_second_term_shortens_the_wait(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .service("s", "#!/bin/sh\ntrap '' TERM\necho service up\nwhile :; do sleep 1; done\n")
            .env("S6_SERVICES_GRACETIME", "20000")
            .env("S6_KILL_GRACETIME", "20000");
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      long from = System.nanoTime();
      container.signal(15);
      container.awaitText("waiting for services");
      Container.pause(300);
      assertTrue(container.running());
      container.signal(15);
      container.awaitExit();
      assertTrue(millis(from) < 15000, "took " + millis(from) + " ms");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_stop_while_an_init_script_runs_skips_the_rest_and_finishes(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script("/etc/cont-init.d/10-long", "#!/bin/sh\necho long up\nsleep 1000\n")
            .script("/etc/cont-init.d/20-next", "#!/bin/sh\necho next script\n")
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .script("/etc/cont-finish.d/10-last", "#!/bin/sh\necho finish script\n")
            .env("S6_KILL_GRACETIME", "60000")
            .sh("echo cmd up");
    try (Container container = runner.start(recipe)) {
      container.awaitText("long up");
      long from = System.nanoTime();
      container.signal(15);
      String said = container.awaitExit().stdout();
      assertTrue(millis(from) < 30000, "took " + millis(from) + " ms");
      assertTrue(said.contains("finish script\n"), said);
      assertFalse(said.contains("next script"), said);
      assertFalse(said.contains("service up"), said);
      assertFalse(said.contains("cmd up"), said);
    }
  }

  static long millis(long from) {
    return (System.nanoTime() - from) / 1_000_000;
  }
}
