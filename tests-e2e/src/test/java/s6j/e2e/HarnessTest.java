package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The harness itself, with busybox's sh as PID 1: what both runners must do alike. */
class HarnessTest {
  static java.util.List<Runner> runners() {
    return java.util.List.of(Runner.NAMESPACE, Runner.DOCKER);
  }

  private static Recipe sh(String script) {
    return Recipe.bare(Image.BUSYBOX, "/bin/sh").cmd("-c", script);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void streams_and_exit_code_come_back(Runner runner) {
    Outcome outcome = runner.run(sh("echo out; echo err >&2; echo pid $$; exit 42"));
    assertEquals(42, outcome.code());
    assertEquals("out\npid 1\n", outcome.stdout());
    assertEquals("err\n", outcome.stderr());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void signals_reach_pid_1_and_its_death_by_one_is_128_plus_it(Runner runner) {
    try (Container container =
        runner.start(sh("trap 'echo got' USR1; echo ready; while :; do sleep 0.1; done"))) {
      container.awaitText("ready");
      container.signal(10);
      container.awaitText("got");
      container.signal(9);
      assertEquals(137, container.awaitExit().code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void files_environment_and_working_directory_are_as_told(Runner runner) {
    Outcome outcome =
        runner.run(
            sh("stat -c %a /etc/x/run /etc /etc/x; cat /etc/x/run; echo \"$A\"; pwd; ls -l /etc/l")
                .script("/etc/x/run", "content\n")
                .item("/etc/l", new Recipe.Item.Link("nowhere"))
                .env("A", "a b\nc")
                .workdir("/somewhere/new"));
    assertEquals("755\n755\n755\ncontent\na b\nc\n/somewhere/new\n", firstLines(outcome, 7));
    assertTrue(outcome.stdout().contains("/etc/l -> nowhere"), outcome.stdout());
  }

  private static String firstLines(Outcome outcome, int count) {
    return String.join("\n", outcome.stdout().lines().limit(count).toList()) + "\n";
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_program_can_be_run_inside(Runner runner) {
    try (Container container = runner.start(sh("echo ready; sleep 100; true").env("A", "b"))) {
      container.awaitText("ready");
      Outcome outcome =
          container.exec("sh", "-c", "echo $A; tr '\\0' ' ' </proc/1/cmdline; exit 3");
      assertEquals(3, outcome.code());
      assertTrue(outcome.stdout().startsWith("b\n/bin/sh -c echo ready"), outcome.stdout());
      assertEquals(2, container.processes().size());
    }
  }

  /** There was a moment at which it got the root of the host. */
  @Test
  void a_program_that_is_run_at_once_sees_the_containers_root() {
    for (int i = 0; i < 30; i++) {
      try (Container container = Runner.NAMESPACE.start(sh("sleep 100").file("/its-own", "yes"))) {
        assertEquals("yes", container.exec("cat", "/its-own").stdout());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_user_without_capabilities_is_just_that(Runner runner) {
    Outcome outcome =
        runner.run(
            Recipe.bare(Image.SCRATCH, "/probe", "see")
                .user(12345, 54321)
                .withoutCapabilities()
                .withoutNewPrivileges());
    assertTrue(outcome.stdout().contains("uid 12345 gid 54321\n"), outcome.stdout());
    assertTrue(outcome.stdout().contains("CapBnd:\t0000000000000000\n"), outcome.stdout());
    assertTrue(outcome.stdout().contains("NoNewPrivs:\t1\n"), outcome.stdout());
    assertFalse(outcome.stdout().contains("fd 3"), outcome.stdout());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void root_has_dockers_capabilities_and_a_session(Runner runner) {
    String seen = runner.run(Recipe.bare(Image.SCRATCH, "/probe", "see")).stdout();
    assertTrue(seen.contains("CapEff:\t00000000a80425fb\n"), seen);
    assertTrue(seen.contains("session leader yes\n"), seen);
    assertTrue(seen.contains("Umask:\t0022\n"), seen);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void root_can_be_read_only_with_a_tmpfs(Runner runner) {
    Outcome outcome =
        runner.run(
            sh("touch /x; touch /run/y && echo ok; cp /bin/busybox /run/b; /run/b true; cat /etc/f")
                .file("/etc/f", "there\n")
                .onReadOnlyRoot()
                .tmpfs("/run:noexec"));
    assertTrue(outcome.stderr().contains("/x: Read-only file system"), outcome.stderr());
    assertTrue(outcome.stderr().contains("/run/b: Permission denied"), outcome.stderr());
    assertEquals("ok\nthere\n", outcome.stdout());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void memory_is_limited(Runner runner) {
    Outcome outcome =
        runner.run(
            sh("head -c 200000000 /dev/zero | tail -c 190000000 >/dev/null; echo $?")
                .memory(32 << 20));
    // The kernel kills what is largest, or, when it finds the shell first, the whole container.
    boolean killed = outcome.stdout().equals("137\n") || outcome.code() == 137;
    assertTrue(killed, outcome.code() + " " + outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_terminal_can_be_typed_on(Runner runner) {
    try (Container container =
        runner.start(Recipe.bare(Image.BUSYBOX, "/bin/sh").env("PS1", "> ").onTty())) {
      container.awaitText("> ");
      container.type("tty; sleep 100\n");
      container.awaitText("/dev/pts/0");
      Container.pause(300);
      container.type("\003");
      container.type("echo code $?; exit 6\n");
      Outcome outcome = container.awaitExit();
      assertTrue(outcome.stdout().contains("code 130"), outcome.stdout());
      assertEquals(6, outcome.code());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void stdin_can_be_a_pipe_and_is_empty_otherwise(Runner runner) {
    try (Container container = runner.start(sh("cat; echo end").interactively())) {
      container.type("hello\n");
      container.awaitText("hello");
      container.endInput();
      assertEquals("hello\nend\n", container.awaitExit().stdout());
    }
    assertEquals("end\n", runner.run(sh("cat; echo end")).stdout());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_container_starts_again_on_what_it_left(Runner runner) {
    try (Container container = runner.start(sh("echo x >>/left; cat /left; exec sleep 100"))) {
      container.awaitText("x\n");
      container.signal(9);
      container.awaitExit();
      container.startAgain();
      container.awaitText("x\nx\n");
    }
  }

  @ParameterizedTest
  @EnumSource(Image.class)
  void every_image_runs_a_program(Image image) {
    String program =
        switch (image) {
          case BUSYBOX -> "/bin/probe";
          case DEBIAN, OWN_JDK -> "/bin/bash";
          case MUSL -> "/bin/probe-musl";
          case SCRATCH -> "/probe";
        };
    String[] words =
        program.equals("/bin/bash") ? new String[] {"-c", "exit 7"} : new String[] {"exit", "7"};
    assertEquals(7, Runner.NAMESPACE.run(Recipe.bare(image, program).cmd(words)).code());
  }
}
