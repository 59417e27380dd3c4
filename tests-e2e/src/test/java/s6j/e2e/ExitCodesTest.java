package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The container's exit code for each way of ending: docs/reference/exit-codes.md, row by row. */
class ExitCodesTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final Recipe SERVICE =
      BUSYBOX.service("s", "#!/bin/sh\necho ready\nexec sleep 1000\n");

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  private interface Ending {
    void of(Container container);
  }

  private static final Ending BY_ITSELF = container -> {};
  private static final Ending STOPPED =
      container -> {
        container.awaitText("ready");
        container.signal(15);
      };

  private final Map<String, Reference.Check> rows = new LinkedHashMap<>();

  private void row(String key, Recipe recipe, Ending ending) {
    rows.put(
        key,
        (row, runner) -> {
          try (Container container = runner.start(recipe)) {
            ending.of(container);
            Outcome outcome = container.awaitExit();
            assertEquals(
                Integer.parseInt(row.cells().get(1)), outcome.code(), () -> outcome.output());
          }
        });
  }

  private static Recipe finish(String script) {
    return BUSYBOX
        .service("s", "#!/bin/sh\nexit 1\n")
        .script(
            "/etc/services.d/s/finish",
            "#!/bin/sh\n" + script + "\ns6-svscanctl -t /var/run/s6/services\n");
  }

  @TestFactory
  Stream<DynamicTest> each_way_of_ending() {
    row("the CMD exits", SERVICE.sh("exit 7"), BY_ITSELF);
    row("the CMD exits successfully", SERVICE.sh("exit 0"), BY_ITSELF);
    row("the CMD is killed by a signal", BUSYBOX.sh("kill -9 $$"), BY_ITSELF);
    row("the CMD is not found", BUSYBOX.cmd("no-such-program"), BY_ITSELF);
    row(
        "the CMD is not executable",
        BUSYBOX.file("/opt/data", "#!/bin/sh\n").cmd("/opt/data"),
        BY_ITSELF);
    row("stopped, no CMD", SERVICE, STOPPED);
    row("stopped, the CMD ends of the TERM", BUSYBOX.sh("echo ready; exec sleep 1000"), STOPPED);
    row(
        "stopped, the CMD has a handler",
        BUSYBOX.sh("trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"),
        STOPPED);
    row(
        "stopped, the CMD ignores TERM",
        BUSYBOX
            .env("S6_SERVICES_GRACETIME", "200")
            .env("S6_KILL_GRACETIME", "200")
            .sh("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
        STOPPED);
    row(
        "stopped while an init script runs",
        BUSYBOX.script("/etc/cont-init.d/10", "#!/bin/sh\necho ready\nsleep 1000\n").sh("exit 3"),
        STOPPED);
    row("a finish script calls s6-svscanctl", finish("true"), BY_ITSELF);
    Recipe writing = finish("printf %s 9 >/var/run/s6/env-stage3/S6_STAGE2_EXITED");
    row("a finish script writes a code and calls s6-svscanctl", writing, BY_ITSELF);
    row("the same, while a CMD runs", writing.sh("exec sleep 1000"), BY_ITSELF);
    row(
        "a finish script writes a result and calls s6-svscanctl",
        finish("echo 11 >/run/s6-linux-init-container-results/exitcode"),
        BY_ITSELF);
    row(
        "an init script fails, S6_BEHAVIOUR_IF_STAGE2_FAILS=2",
        BUSYBOX
            .script("/etc/cont-init.d/10", "#!/bin/sh\nexit 42\n")
            .env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")
            .sh("exit 3"),
        BY_ITSELF);
    row(
        "an init script is killed, S6_BEHAVIOUR_IF_STAGE2_FAILS=2",
        BUSYBOX
            .script("/etc/cont-init.d/10", "#!/bin/sh\nkill -15 $$\n")
            .env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")
            .sh("exit 3"),
        BY_ITSELF);
    row(
        "killed",
        SERVICE,
        container -> {
          container.awaitText("ready");
          container.signal(9);
        });
    return Reference.eachRow(
        Reference.table("docs/reference/exit-codes.md", "How a container ends"), rows);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void fifos_in_the_place_of_files_hold_up_neither_boot_nor_stop_and_change_no_code(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .item("/etc/services.d/s", new Recipe.Item.Directory(0755))
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\ncd /etc && mkfifo cont-finish.d/10 services.d/s/run services.d/s/finish\n"
                    + "mkfifo /run/s6/env-stage3/S6_STAGE2_EXITED"
                    + " /run/s6-linux-init-container-results/exitcode\n")
            .item("/etc/cont-finish.d", new Recipe.Item.Directory(0755))
            .sh("exit 7");
    Outcome outcome = runner.run(recipe);
    assertEquals(7, outcome.code(), outcome.stderr());
    assertTrue(outcome.stderr().contains("unable to spawn ./run"), outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_state_directory_without_room_does_not_change_the_code(Runner runner) {
    Recipe recipe = BUSYBOX.tmpfs("/run:size=2m").sh("dd if=/dev/zero of=/run/fill bs=4k; exit 7");
    Outcome outcome = runner.run(recipe);
    assertEquals(7, outcome.code(), outcome.stderr());
    assertTrue(outcome.stderr().contains("unable to write"), outcome.stderr());
  }
}
