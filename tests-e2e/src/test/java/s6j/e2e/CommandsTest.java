package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
