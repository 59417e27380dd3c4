package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docker run -ti image sh}: a terminal with job control. */
class TerminalTest {
  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  static Stream<Arguments> shellsAndRunners() {
    return Stream.of(Image.BUSYBOX, Image.DEBIAN)
        .flatMap(image -> runners().stream().map(runner -> Arguments.of(image, runner)));
  }

  @ParameterizedTest
  @MethodSource("shellsAndRunners")
  void a_shell_has_job_control_and_interrupts_reach_the_foreground_job(Image image, Runner runner) {
    Recipe recipe =
        Recipe.on(image)
            .service(
                "s", "#!/bin/sh\ntrap 'echo service got int' INT\nwhile :; do sleep 0.1; done\n")
            .env("PS1", "ready> ")
            .onTty();
    recipe = image == Image.DEBIAN ? recipe.cmd("bash", "--norc") : recipe.cmd("sh");
    try (Container container = runner.start(recipe)) {
      container.awaitText("ready> ");
      container.type("echo sta\"\"rted; sleep 1000\n");
      container.awaitText("started");
      Container.pause(300);
      container.type("\003");
      container.type("echo co\"\"de $?\n");
      container.awaitText("code 130");
      container.type("echo sta\"\"rted again; sleep 1000\n");
      container.awaitText("started again");
      Container.pause(300);
      container.type("\032");
      container.awaitText("Stopped");
      container.type("fg\n");
      Container.pause(300);
      container.type("\003");
      container.type("exit 7\n");
      Outcome outcome = container.awaitExit();
      assertEquals(7, outcome.code(), outcome.stdout());
      assertFalse(outcome.stdout().contains("can't access tty"), outcome.stdout());
      assertFalse(outcome.stdout().contains("no job control"), outcome.stdout());
      assertFalse(outcome.stdout().contains("service got int"), outcome.stdout());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void an_interrupt_without_a_cmd_stops_the_container(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n")
            .onTty();
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      Container.pause(200);
      container.type("\003");
      assertEquals(0, container.awaitExit().code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void the_cmds_terminal_is_its_own(Runner runner) {
    String seen = runner.run(Recipe.on(Image.BUSYBOX).onTty().cmd("probe", "see")).stdout();
    assertTrue(seen.contains("group leader yes"), seen);
    assertTrue(seen.contains("fd 0: /dev/"), seen);
  }
}
