package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The README's quick start, run as it is written, and its output compared with what it promises.
 */
class QuickStartTest {
  @Test
  void with_a_cmd_on_busybox() throws IOException {
    List<String> said = run("With a CMD, on busybox", "busybox", Image.BUSYBOX);
    assertEquals(promised("With a CMD, on busybox"), said);
  }

  @Test
  void with_services_on_debian() throws IOException {
    List<String> said = run("With services, on Debian", "debian", Image.DEBIAN);
    List<String> promised = promised("With services, on Debian");
    assertTrue(said.containsAll(promised), () -> "said: " + said);
    assertEquals(promised.getLast(), said.getLast());
  }

  @Test
  void the_demonstration_is_as_told_in_docker() throws IOException {
    demonstrate("--docker");
  }

  @Test
  void the_demonstration_is_as_told_in_namespaces() throws IOException {
    demonstrate();
  }

  private static void demonstrate(String... options) throws IOException {
    Docker.command();
    List<String> words =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                Checkout.root().resolve("tests-e2e/target/classes").toString(),
                "s6j.e2e.Demo"));
    words.addAll(List.of(options));
    Outcome outcome = Host.attempt(Path.of("/dev/null"), words);
    assertEquals(0, outcome.code(), outcome.output());
    assertTrue(outcome.stdout().contains("hello from the environment"), outcome.stdout());
    assertTrue(
        outcome.stdout().matches("(?s).*web was pid (\\d+), is pid (?!\\1)\\d+.*"),
        outcome.stdout());
    assertEquals("", outcome.stderr());
  }

  private static List<String> run(String heading, String base, Image image) throws IOException {
    Docker.tag(image, base);
    Path script = Files.createTempFile("s6j-quick-start", ".sh");
    try {
      Files.writeString(
          script,
          Reference.block("README.md", heading).replace("linux-amd64", "linux-" + Checkout.arch()));
      List<String> words = new ArrayList<>(List.of("env", "-C", Checkout.root().toString()));
      words.addAll(Docker.environment());
      words.addAll(List.of("bash", "-c", "exec bash \"$1\" 2>&1", "bash", script.toString()));
      Outcome outcome = Host.attempt(Path.of("/dev/null"), words);
      // The old builder, which needs no plugin, says on stderr that it is old; and -q prints an id.
      return outcome
          .stdout()
          .lines()
          .filter(line -> !line.startsWith("sha256:"))
          .dropWhile(line -> !line.startsWith("[s6-init]"))
          .toList();
    } finally {
      Files.delete(script);
    }
  }

  private static List<String> promised(String heading) {
    return Reference.block("README.md", heading, 2).lines().toList();
  }
}
