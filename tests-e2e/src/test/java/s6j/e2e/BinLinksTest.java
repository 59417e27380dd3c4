package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts for s6-overlay v1 and v2 call commands as {@code /bin/NAME}, where those had them. */
class BinLinksTest {
  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  @ParameterizedTest
  @MethodSource("runners")
  void scripts_and_their_first_lines_find_commands_in_bin(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script("/etc/cont-init.d/10", "#!/bin/execlineb -P\n/bin/s6-echo initialized\n")
            .service(
                "a",
                "#!/bin/execlineb -P\n/bin/fdmove -c 1 2\n"
                    + "foreground { /bin/export A b /bin/importas a A /bin/s6-echo $a }\n/bin/redirfd -w 1 /tmp/done\n/bin/s6-pause\n")
            .sh(
                """
                until [ -e /tmp/done ]; do sleep 0.1; done
                /bin/s6-svc -wd -d /var/run/s6/services/a
                /bin/s6-svstat -o up /var/run/s6/services/a >&2
                exec /bin/exec -c -- /bin/s6-setuidgid nobody /bin/sh -c 'id -u >&2'
                """);
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("initialized\n"), outcome.output());
    assertTrue(outcome.stderr().contains("b\n"), outcome.output());
    assertTrue(outcome.stderr().contains("false\n65534\n"), outcome.output());
    assertEquals(0, outcome.code());
  }

  @Test
  void bin_gets_the_links_that_the_reference_names() throws IOException {
    String text = Files.readString(Checkout.root().resolve("docs/reference/stages.md"));
    String section = text.split("\n## Links in /bin\n")[1].split("\n## ")[0];
    Set<String> documented = new TreeSet<>();
    for (String line : section.lines().filter(l -> l.startsWith("    ")).toList()) {
      documented.addAll(List.of(line.strip().split(" ")));
    }
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .sh(
                """
                for path in /bin/*; do
                  [ "$(readlink -f "$path")" != /usr/lib/s6j/bin/shim ] || echo "${path##*/}" >&2
                done
                """);
    List<String> there = Runner.NAMESPACE.run(recipe).stderr().lines().toList();
    assertEquals(documented, new TreeSet<>(there));
  }

  @Test
  void what_the_image_has_in_bin_stays() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script("/bin/s6-echo", "#!/bin/sh\necho of the image\n")
            .sh("/bin/s6-echo >&2; exec /bin/s6-env s6-false");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertEquals("of the image\n", outcome.stderr());
    assertEquals(1, outcome.code());
  }

  @Test
  void nothing_is_made_where_bin_is_usr_bin() {
    Recipe recipe =
        Recipe.on(Image.DEBIAN)
            .script("/entry", "#!/bin/sh\nls -la /bin/ | cksum >&2\nexec /init \"$@\"\n")
            .entrypoint("/entry")
            .sh("ls -la /bin/ | cksum >&2");
    List<String> sums = Runner.NAMESPACE.run(recipe).stderr().lines().toList();
    assertEquals(2, sums.size());
    assertEquals(sums.get(0), sums.get(1));
  }

  @Test
  void an_image_without_bin_gets_one() {
    Recipe recipe =
        Recipe.on(Image.SCRATCH)
            .script("/etc/cont-init.d/10", "#!/bin/execlineb -P\n/bin/s6-echo initialized\n")
            .cmd("/bin/s6-env", "/bin/s6-true");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertTrue(outcome.stdout().contains("initialized\n"), outcome.output());
    assertEquals(0, outcome.code());
  }

  @Test
  void a_bin_that_cannot_be_written_to_is_left_alone_without_a_word() {
    Recipe recipe = Recipe.on(Image.BUSYBOX).sh("test -e /bin/s6-echo; exit $?");
    for (Recipe closed : List.of(recipe.onReadOnlyRoot(), recipe.user(1234, 1234))) {
      Outcome outcome = Runner.NAMESPACE.run(closed);
      assertEquals(1, outcome.code(), outcome.output());
      assertFalse(outcome.output().contains("/bin"), outcome.output());
    }
  }

  /** Execline scripts do not need the links. */
  @Test
  void a_chain_finds_commands_in_bin_that_are_not_there() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("S6_BIN_LINKS", "0")
            .cmd(
                "execlineb",
                "-Pc",
                "/bin/fdmove -c 1 2 /bin/export A b /bin/importas a A /bin/s6-echo $a");
    assertEquals("b\n", Runner.NAMESPACE.run(recipe).stderr());
    assertFalse(
        Runner.NAMESPACE
            .run(recipe.cmd("execlineb", "-Pc", "/sbin/export A b true"))
            .stderr()
            .isEmpty());
  }
}
