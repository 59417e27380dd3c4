package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tarball over each image, and what of the image's own settings must not reach the JVM. */
class ImagesTest {
  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  static Stream<Arguments> shellImagesAndRunners() {
    return Stream.of(Image.BUSYBOX, Image.DEBIAN, Image.MUSL)
        .flatMap(image -> runners().stream().map(runner -> Arguments.of(image, runner)));
  }

  @ParameterizedTest
  @MethodSource("shellImagesAndRunners")
  void scripts_services_and_cmd_run(Image image, Runner runner) {
    Recipe recipe =
        Recipe.on(image)
            .script("/etc/cont-init.d/10", "#!/usr/bin/with-contenv sh\necho init ran in $CWD\n")
            .service("s", "#!/usr/bin/execlineb -P\nforeground { echo service ran }\nsleep 1000\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("echo cmd ran; sleep 0.3; s6-svstat /run/s6/services/s; exit 6");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("init ran in /\n"), outcome.output());
    assertTrue(outcome.stdout().contains("service ran\n"), outcome.output());
    assertTrue(outcome.stdout().contains("cmd ran\n"), outcome.output());
    assertTrue(outcome.stdout().contains("up (pid "), outcome.output());
    assertEquals(6, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_program_of_another_c_library_runs_as_the_cmd(Runner runner) {
    Outcome outcome = runner.run(Recipe.on(Image.MUSL).cmd("probe-musl", "exit", "9"));
    assertEquals(9, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void scratch_with_one_static_program(Runner runner) {
    Outcome outcome = runner.run(Recipe.on(Image.SCRATCH).env("MINE", "x").cmd("/probe", "env"));
    assertTrue(outcome.stdout().contains("\nMINE=x\n"), outcome.output());
    assertTrue(outcome.stdout().contains("[cmd] /probe exited 0\n"), outcome.output());
    assertEquals(0, outcome.code());
    assertEquals("", outcome.stderr());
  }

  /** As images of pihole have it. */
  @ParameterizedTest
  @MethodSource("runners")
  void an_init_that_the_image_has_moved_is_the_init(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .item("/s6-init", new Recipe.Item.Link("usr/lib/s6j/bin/shim"))
            .entrypoint("/s6-init")
            .sh("s6-svok /run/s6/services || exit 7");
    Outcome outcome = runner.run(recipe);
    assertEquals("[cmd] sh exited 7", commandLine(outcome), outcome.output());
    assertEquals(7, outcome.code());
  }

  private static String commandLine(Outcome outcome) {
    return outcome.stdout().lines().filter(line -> line.startsWith("[cmd]")).findAny().orElse("");
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_command_as_pid_1_is_no_init(Runner runner) {
    Recipe recipe = Recipe.on(Image.BUSYBOX).entrypoint("/usr/bin/s6-echo").cmd("hello");
    assertEquals("hello\n", runner.run(recipe).stdout());
  }

  /** As in a RUN of a Dockerfile. */
  @ParameterizedTest
  @MethodSource("runners")
  void without_an_init_commands_have_children_and_leave_nothing_behind(Runner runner) {
    String script =
        """
        if { if { s6-test a = a } s6-echo one }
        foreground { s6-setuidgid 1000:1000 foreground { s6-true } pipeline { s6-echo two } s6-cat }
        backtick -E three { pipeline { s6-echo three } s6-cat }
        foreground { background { foreground { s6-sleep -m 200 } s6-echo four } s6-echo $three }
        s6-sleep -m 600
        """;
    Recipe alone = Recipe.on(Image.BUSYBOX).entrypoint("/usr/bin/execlineb", "-Pc", script);
    Outcome outcome = runner.run(alone);
    assertEquals("one\ntwo\nthree\nfour\n", outcome.stdout(), outcome.output());
    assertEquals("", outcome.stderr());
    Recipe twice =
        Recipe.on(Image.BUSYBOX)
            .entrypoint("sh", "-c", "execlineb -Pc \"$1\"; i=0; " + EMPTIED, "sh", script);
    assertEquals("gone\n", runner.run(twice).stdout().replaceFirst("(?s).*four\n", ""));
  }

  /** Waits until the command's runtime, which outlives it by a moment, has tidied up. */
  private static final String EMPTIED =
      "left() { ls -d /dev/shm/s6j* /run/s6j* /tmp/s6j* 2>/dev/null; };"
          + " while [ -n \"$(left)\" ] && [ $((i += 1)) -lt 100 ]; do sleep 0.1; done;"
          + " left || echo gone";

  /** As images of linuxserver.io have it. */
  @ParameterizedTest
  @MethodSource("runners")
  void a_script_in_the_place_of_with_contenv_can_call_the_one_that_was_moved(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .item("/usr/bin/with-contenvb", new Recipe.Item.Link("../lib/s6j/bin/shim"))
            .script("/usr/bin/with-contenv", "#!/bin/sh\numask 027\nexec with-contenvb \"$@\"\n")
            .script("/etc/cont-init.d/10", "#!/usr/bin/with-contenv sh\necho $MINE $(umask)\n")
            .env("MINE", "yes")
            .cmd("true");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("\nyes 0027\n"), outcome.output());
    assertEquals("", outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void variables_for_a_jvm_reach_the_cmd_and_never_ours(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .env("JAVA_TOOL_OPTIONS", "-Xmx1k -no-such-option")
            .env("JDK_JAVA_OPTIONS", "-no-such-option")
            .env("_JAVA_OPTIONS", "-no-such-option")
            .env("LD_PRELOAD", "/no/such/library.so")
            .env("LD_LIBRARY_PATH", "/no/such/directory")
            .env("CLASSPATH", "/no/such/classes")
            .env("JAVA_HOME", "/no/such/jdk")
            .script(
                "/etc/cont-init.d/10", "#!/usr/bin/with-contenv sh\necho init $JAVA_TOOL_OPTIONS\n")
            .service("s", "#!/usr/bin/with-contenv probe env\n")
            .cmd("probe", "env");
    Outcome outcome = runner.run(recipe);
    for (String expected :
        new String[] {
          "\ninit -Xmx1k -no-such-option\n",
          "\nJAVA_TOOL_OPTIONS=-Xmx1k -no-such-option\n",
          "\nJDK_JAVA_OPTIONS=-no-such-option\n",
          "\n_JAVA_OPTIONS=-no-such-option\n",
          "\nLD_PRELOAD=/no/such/library.so\n",
          "\nLD_LIBRARY_PATH=/no/such/directory\n",
          "\nCLASSPATH=/no/such/classes\n",
          "\nJAVA_HOME=/no/such/jdk\n"
        }) {
      assertTrue(outcome.stdout().contains(expected), expected + outcome.output());
    }
    assertFalse(outcome.output().contains("Picked up"), outcome.output());
    assertEquals(0, outcome.code());
  }

  /** Docker's classic trap: a tarball's bin/ that replaces the link of a merged /usr. */
  @Test
  void the_tarball_changes_nothing_that_the_image_had() throws IOException {
    for (Image image : Image.values()) {
      Map<String, String> before = Tree.of(image.bare());
      Map<String, String> after = Tree.of(image.withS6j());
      before.forEach((path, kind) -> assertEquals(kind, after.get(path), image + ": " + path));
      assertTrue(after.containsKey("init"), image + " has /init");
    }
  }
}
