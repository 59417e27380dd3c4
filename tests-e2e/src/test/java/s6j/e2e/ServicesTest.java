package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The life of services in services.d, as a user of an image sees it. */
class ServicesTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_sees_its_directory_no_stdin_and_nothing_inherited(Runner runner) {
    Recipe recipe =
        BUSYBOX.service("s", "#!/bin/sh\nexec probe see\n").file("/etc/services.d/s/down", "");
    try (Container container = runner.start(recipe)) {
      container.awaitText("[services.d] done.");
      container.execOk("s6-svc", "-o", "/var/run/s6/services/s");
      container.awaitText("fd 2:");
      String seen = container.stdout();
      assertTrue(seen.contains("session leader yes\n"), seen);
      assertTrue(seen.contains("fd 0: /dev/null\n"), seen);
      assertEquals(line(seenWithoutInit(runner), "SigIgn"), line(seen, "SigIgn"));
      assertTrue(seen.contains("SigBlk:\t0000000000000000\n"), seen);
      assertTrue(seen.contains("Umask:\t0022\n"), seen);
      assertFalse(seen.matches("(?s).*fd ([3-9]|\\d\\d+):.*"), seen);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_cmd_sees_nothing_inherited_either(Runner runner) {
    String seen = runner.run(BUSYBOX.cmd("probe", "see")).stdout();
    assertTrue(seen.contains("SigBlk:\t0000000000000000\n"), seen);
    assertTrue(seen.contains("Umask:\t0022\n"), seen);
    assertTrue(seen.contains("cwd /\n"), seen);
    assertFalse(seen.matches("(?s).*fd ([3-9]|\\d\\d+):.*"), seen);
    String without = seenWithoutInit(runner);
    assertEquals(line(without, "SigIgn"), line(seen, "SigIgn"));
    assertEquals(line(without, "limit "), line(seen, "limit "));
    assertEquals(line(without, "CapBnd"), line(seen, "CapBnd"));
  }

  /** What the same program sees as PID 1: what init was given, and must give on. */
  private static String seenWithoutInit(Runner runner) {
    return runner.run(Recipe.bare(Image.BUSYBOX, "probe", "see")).stdout();
  }

  private static String line(String text, String prefix) {
    return text.lines().filter(l -> l.startsWith(prefix)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_restarts_at_most_once_a_second(Runner runner) {
    Recipe recipe = BUSYBOX.service("s", "#!/bin/sh\necho started\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("started");
      long from = System.nanoTime();
      container.awaitText("started", 4);
      long took = SignalsTest.millis(from);
      assertTrue(took > 2500 && took < 20000, "three restarts took " + took + " ms");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_finish_script_is_told_how_the_service_ended(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("exits", "#!/bin/sh\nexit 5\n")
            .script("/etc/services.d/exits/finish", "#!/bin/sh\necho \"exits: $1 $2 $3\"\n")
            .service("dies", "#!/bin/sh\nkill -9 $$\n")
            .script("/etc/services.d/dies/finish", "#!/bin/sh\necho \"dies: $1 $2 $3\"\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("exits: 5 0 exits\n");
      container.awaitText("dies: 256 9 dies\n");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_finish_script_that_exits_125_ends_the_restarts(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho started\n")
            .script("/etc/services.d/s/finish", "#!/bin/sh\nexit 125\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("started");
      Container.pause(1500);
      assertEquals(2, container.stdout().split("started", -1).length);
      assertTrue(container.running());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_with_a_down_file_waits_to_be_told(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho started\nexec sleep 1000\n")
            .file("/etc/services.d/s/down", "");
    try (Container container = runner.start(recipe)) {
      container.awaitText("[services.d] done.");
      Container.pause(300);
      assertFalse(container.stdout().contains("started"));
      container.execOk("s6-svc", "-u", "/var/run/s6/services/s");
      container.awaitText("started");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_is_told_by_s6_svc_and_shown_by_s6_svstat(Runner runner) {
    Recipe recipe = BUSYBOX.service("s", "#!/bin/sh\necho started\nexec sleep 1000\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("started");
      String up = container.execOk("s6-svstat", "/run/s6/services/s");
      assertTrue(up.matches("(?s)up \\(pid \\d+.*\\) \\d+ seconds.*"), up);
      container.execOk("s6-svc", "-wd", "-d", "/run/s6/services/s");
      String down = container.execOk("s6-svstat", "/run/s6/services/s");
      assertTrue(down.startsWith("down (signal SIGTERM)"), down);
      container.execOk("s6-svc", "-wu", "-u", "/var/run/s6/services/s");
      container.awaitText("started", 2);
      container.execOk("s6-svc", "-k", "/var/run/s6/services/s");
      container.awaitText("started", 3);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_log_pipe_survives_restarts_of_either_side(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/services.d/s/run",
                "#!/bin/sh\nn=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n >/tmp/n\n"
                    + "echo line $n a\nsleep 0.2\necho line $n b\n")
            .script(
                "/etc/services.d/s/log/run",
                "#!/bin/sh\nwhile read -r l; do echo \"logger $$ got $l\"; done\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("got line 2 a");
      container.execOk("s6-svc", "-t", "/var/run/s6/services/s/log");
      container.awaitText("got line 4 b");
      String said = container.stdout();
      for (int i = 1; i <= 3; i++) {
        assertTrue(said.contains("got line " + i + " a\n"), said);
        assertTrue(said.contains("got line " + i + " b\n"), said);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_last_lines_reach_the_logger_at_a_stop(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service(
                "s",
                "#!/bin/sh\ntrap 'seq 1 2000; echo the last line; exit 0' TERM\necho up >&2\nwhile :; do sleep 0.05; done\n")
            .script("/etc/services.d/s/log/run", "#!/bin/sh\nexec cat >/kept\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("up");
      container.signal(15);
      assertEquals(0, container.awaitExit().code());
      container.startAgain();
      container.awaitText("up");
      container.signal(9);
      container.awaitExit();
    }
    Recipe reader = recipe.script("/etc/cont-finish.d/10", "#!/bin/sh\ntrue\n");
    try (Container container =
        runner.start(reader.sh("trap 'exit 0' TERM; while :; do sleep 0.05; done"))) {
      container.awaitText("up");
      container.execOk("s6-svc", "-wD", "-d", "/var/run/s6/services/s");
      String kept =
          container.execOk(
              "timeout",
              "60",
              "sh",
              "-c",
              "until grep -q 'the last line' /kept; do sleep 0.05; done; wc -l </kept");
      assertEquals("2001", kept.strip());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_logger_writes_through_logutil_service_as_nobody(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/cont-init.d/10-logs",
                "#!/bin/sh\nmkdir -p /var/log/s\nchown nobody:nogroup /var/log/s\n")
            .service("s", "#!/bin/sh\necho from the service\nexec sleep 1000\n")
            .script("/etc/services.d/s/log/run", "#!/bin/sh\nexec logutil-service /var/log/s\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("[services.d] done.");
      String seen =
          container.execOk(
              "timeout",
              "60",
              "sh",
              "-c",
              "until grep -q 'from the service' /var/log/s/current 2>/dev/null; do sleep 0.1; done;"
                  + " cat /var/log/s/current; stat -c %U /var/log/s/current");
      assertTrue(
          seen.matches(
              "(?s)\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{9}  from the service\nnobody\n"),
          seen);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void scripts_need_not_be_executable(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .file("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n")
            .file("/etc/services.d/s/run", "#!/bin/sh\necho service ran\nexec sleep 1000\n")
            .file("/etc/cont-finish.d/10", "#!/bin/sh\necho finish ran\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("service ran");
      container.signal(15);
      String said = container.awaitExit().stdout();
      assertTrue(said.contains("init ran\n"), said);
      assertTrue(said.contains("finish ran\n"), said);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void scripts_of_execline_and_the_finish_of_the_guide_work(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service(
                "myapp", "#!/usr/bin/execlineb -P\nforeground { echo from execline }\nexit 7\n")
            .script(
                "/etc/services.d/myapp/finish",
                """
                #!/usr/bin/execlineb -S1
                if { s6-test ${1} -ne 0 }
                if { s6-test ${1} -ne 256 }

                s6-svscanctl -t /var/run/s6/services
                """);
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("from execline\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void init_scripts_run_in_the_order_of_their_names_with_an_empty_stdin(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/2", "#!/bin/sh\necho second $(wc -c)\n")
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho first $(wc -c)\n")
            .script("/etc/cont-init.d/a", "#!/bin/sh\necho fourth $(wc -c)\n")
            .script("/etc/cont-init.d/Z", "#!/bin/sh\necho third $(wc -c)\n")
            .script("/etc/cont-init.d/.hidden", "#!/bin/sh\necho hidden\n")
            .interactively()
            .cmd("cat");
    try (Container container = runner.start(recipe)) {
      container.type("for the cmd\n");
      container.endInput();
      String said = container.awaitExit().stdout();
      String ran =
          String.join(
              "|", said.lines().filter(l -> l.endsWith(" 0") && !l.startsWith("[")).toList());
      assertEquals("first 0|second 0|third 0|fourth 0", ran, said);
      assertTrue(said.contains("for the cmd\n"), said);
      assertFalse(said.contains("\nhidden"), said);
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_script_that_cannot_be_run_gets_a_line_and_the_rest_goes_on(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/10-bad", "#!/no/such/interpreter\n")
            .script("/etc/cont-init.d/20-good", "#!/bin/sh\necho good one\n")
            .item("/etc/cont-init.d/30-dir", new Recipe.Item.Directory(0755))
            .service("s", "#!/no/such/interpreter\n")
            .sh("echo the cmd; exit 4");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stderr().contains("10-bad"), outcome.stderr());
    assertTrue(outcome.stdout().contains("good one\n"), outcome.output());
    assertTrue(outcome.stdout().contains("the cmd\n"), outcome.output());
    assertFalse(outcome.output().contains("Exception"), outcome.output());
    assertEquals(4, outcome.code());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_rule_that_cannot_be_understood_gets_a_line_with_its_place_and_the_rest_is_done(
      Runner runner) {
    Recipe recipe =
        BUSYBOX
            .file("/srv/a", "")
            .file("/srv/b", "")
            .file(
                "/etc/fix-attrs.d/10",
                "# a comment\n/srv/a false nosuchuser 0600 0700\n/srv/b false daemon 0601 0700")
            .cmd("stat", "-c", "%n %u %a", "/srv/a", "/srv/b");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("/srv/a 0 644\n/srv/b 1 601\n"), outcome.output());
    String line =
        outcome.stderr().lines().filter(l -> l.contains("nosuchuser")).findFirst().orElse("");
    assertTrue(line.contains("10") && line.contains("2"), "names the line: " + outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_low_soft_limit_of_descriptors_limits_services_and_not_how_many_there_are(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .entrypoint("sh", "-c", "ulimit -Sn 40; exec /init \"$@\"", "sh")
            .sh("echo cmd $(ulimit -Sn); exec sleep 1000");
    for (int i = 0; i < 60; i++) {
      recipe = recipe.service("s" + i, "#!/bin/sh\necho s $(ulimit -Sn)\nexec sleep 1000\n");
    }
    try (Container container = runner.start(recipe)) {
      container.awaitText("s 40\n", 60);
      container.awaitText("cmd 40\n");
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_service_of_somebody_else_can_look_into_its_directory_whatever_the_umask(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .entrypoint("sh", "-c", "umask 077; exec /init \"$@\"", "sh")
            .service("s", "#!/bin/sh\numask\nexec s6-applyuidgid -u 1234 cat data/file\n")
            .file("/etc/services.d/s/data/file", "found\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("0077\n");
      container.awaitText("found\n");
    }
  }
}
