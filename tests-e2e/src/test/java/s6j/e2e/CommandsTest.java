package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/reference/commands.md is what a container has. */
class CommandsTest {
  @Test
  void the_reference_names_the_commands_that_there_are() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(Checkout.root().resolve("docs/reference/commands.md"))) {
      if (line.startsWith("    ")) {
        documented.addAll(List.of(line.strip().split(" ")));
      }
    }
    Outcome outcome = Runner.NAMESPACE.run(Recipe.on(Image.BUSYBOX).sh("ls /command >&2"));
    Set<String> there = new TreeSet<>(outcome.stderr().lines().toList());
    assertEquals(there, documented);
  }

  /** As in scripts for v2, where {@code /bin/if} was on PATH. */
  @Test
  void blocks_may_begin_with_commands_that_are_in_slash_command_only() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script(
                "/script",
                """
                #!/usr/bin/execlineb -P
                foreground { if { true } echo foreground }
                foreground { pipeline { if { true } echo pipeline } cat }
                foreground { backtick -n x { if { true } echo backtick } import x echo $x }
                foreground { forx y { forx } import y if { true } echo $y }
                foreground { if { if { true } echo if } true }
                foreground { ifelse { test 1 -eq 2 } { false } cd / echo ifelse }
                foreground { background { exit 3 } wait { } echo background }
                tryexec { if { true } echo tryexec } false
                """)
            .cmd("/script");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    String wanted = "foreground\npipeline\nbacktick\nforx\nif\nifelse\nbackground\ntryexec\n";
    assertTrue(outcome.stdout().contains(wanted), outcome.output());
    assertEquals("", outcome.stderr());
    assertEquals(0, outcome.code());
  }
}
