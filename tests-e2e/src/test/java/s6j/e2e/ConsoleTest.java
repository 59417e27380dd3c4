package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the console says, byte by byte: docs/reference/console.md. */
class ConsoleTest {
  private static final String FILE = "docs/reference/console.md";

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  @ParameterizedTest
  @MethodSource("runners")
  void with_nothing_of_the_users(Runner runner) {
    Outcome outcome = runner.run(Recipe.on(Image.BUSYBOX).cmd("true"));
    assertEquals(Reference.block(FILE, "With nothing of the user's"), outcome.stdout());
    assertEquals("", outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void with_scripts_and_a_stop(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .file("/srv/data", "")
            .file("/etc/fix-attrs.d/10-data", "/srv/data false root 0600 0700\n")
            .script("/etc/cont-init.d/10-first", "#!/bin/sh\necho first\n")
            .script("/etc/cont-init.d/20-second", "#!/bin/sh\nexit 3\n")
            .script("/etc/cont-finish.d/10-last", "#!/bin/sh\necho last\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("[services.d] done.");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(Reference.block(FILE, "With scripts"), outcome.stdout());
      assertEquals("", outcome.stderr());
      assertEquals(0, outcome.code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_finish_script_that_takes_too_long(Runner runner) {
    Outcome outcome =
        runner.run(
            Recipe.on(Image.BUSYBOX)
                .script("/etc/cont-finish.d/10-slow", "#!/bin/sh\nexec sleep 1000\n")
                .env("S6_KILL_FINISH_MAXTIME", "200")
                .cmd("true"));
    String expected = Reference.block(FILE, "A script that takes longer");
    assertTrue(outcome.stdout().contains(expected), outcome.output());
  }
}
