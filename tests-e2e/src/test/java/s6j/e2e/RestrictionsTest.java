package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Containers with less: no root, no capabilities, no writable root, little memory. */
class RestrictionsTest {
  /** Something of everything, so that what does not work under a restriction is seen. */
  private static final Recipe ALL =
      Recipe.on(Image.BUSYBOX)
          .env("MINE", "value")
          .script("/etc/cont-init.d/10", "#!/usr/bin/with-contenv sh\necho init $MINE $(id -u)\n")
          .service("s", "#!/bin/sh\necho service $(id -u)\nexec sleep 1000\n")
          .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish $(id -u)\n")
          .env("S6_CMD_WAIT_FOR_SERVICES", "1")
          .env("S6_SERVICES_GRACETIME", "60000")
          .env("S6_KILL_GRACETIME", "60000")
          .sh("echo cmd $MINE $(id -u); sleep 0.2; exit 6");

  static List<Runner> runners() {
    return Reference.RUNNERS;
  }

  private static Outcome assertAllWorks(Runner runner, Recipe recipe, int uid) {
    long from = System.nanoTime();
    Outcome outcome = runner.run(recipe);
    String said = outcome.stdout();
    assertTrue(said.contains("init value " + uid + "\n"), outcome.output());
    assertTrue(said.contains("service " + uid + "\n"), outcome.output());
    assertTrue(said.contains("cmd value " + uid + "\n"), outcome.output());
    assertTrue(said.contains("finish " + uid + "\n"), outcome.output());
    assertTrue(said.contains("[cmd] sh exited 6\n"), outcome.output());
    assertEquals(6, outcome.code(), outcome.output());
    assertFalse(outcome.output().contains("Exception"), outcome.output());
    assertTrue(SignalsTest.millis(from) < 30000, "took " + SignalsTest.millis(from) + " ms");
    return outcome;
  }

  /** What cannot be done is said, and said once. */
  private static void assertSaysNothingTwice(Outcome outcome) {
    List<String> lines = outcome.stderr().lines().toList();
    assertEquals(lines.stream().distinct().toList(), lines);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_user_with_a_passwd_entry(Runner runner) {
    assertSaysNothingTwice(assertAllWorks(runner, ALL.user(1000, 1000), 1000));
  }

  @ParameterizedTest
  @MethodSource("runners")
  void any_uid_without_a_passwd_entry(Runner runner) {
    assertSaysNothingTwice(assertAllWorks(runner, ALL.user(1234567, 0), 1234567));
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_user_without_capabilities_and_without_new_privileges(Runner runner) {
    assertSaysNothingTwice(
        assertAllWorks(
            runner, ALL.user(1000, 1000).withoutCapabilities().withoutNewPrivileges(), 1000));
  }

  @ParameterizedTest
  @MethodSource("runners")
  void root_without_capabilities_and_without_new_privileges(Runner runner) {
    assertAllWorks(runner, ALL.withoutCapabilities().withoutNewPrivileges(), 0);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_read_only_root(Runner runner) {
    assertAllWorks(runner, ALL.onReadOnlyRoot(), 0);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_read_only_root_with_a_tmpfs_on_run(Runner runner) {
    assertAllWorks(runner, ALL.onReadOnlyRoot().tmpfs("/run:exec,mode=755"), 0);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_run_from_which_nothing_can_be_executed(Runner runner) {
    assertAllWorks(runner, ALL.tmpfs("/run:noexec,mode=755"), 0);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_read_only_root_for_a_user_without_rights(Runner runner) {
    assertAllWorks(
        runner,
        ALL.onReadOnlyRoot()
            .tmpfs("/run:noexec,mode=1777")
            .user(12345, 12345)
            .withoutCapabilities()
            .withoutNewPrivileges(),
        12345);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void nowhere_to_write_to_is_told_and_what_to_do_about_it(Runner runner) {
    Outcome outcome =
        runner.run(
            ALL.onReadOnlyRoot()
                .tmpfs("/run:mode=755")
                .tmpfs("/dev/shm:mode=755")
                .user(12345, 12345));
    assertEquals(
        """
        s6-overlay: warning: neither /run nor /dev/shm can be written to: state needs one of them (mount a tmpfs on /run)
        s6-overlay: fatal: unable to go on: Permission denied
        """,
        outcome.stderr());
    assertEquals(111, outcome.code(), outcome.output());
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_read_only_root_for_a_user_with_no_tmpfs_at_all(Runner runner) {
    assertAllWorks(runner, ALL.onReadOnlyRoot().user(12345, 12345), 12345);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void sixty_four_megabytes_with_one_small_service(Runner runner) {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .memory(64 << 20)
            .service("s", "#!/bin/sh\necho service up\nexec sleep 1000\n");
    try (Container container = runner.start(recipe)) {
      container.awaitText("service up");
      for (int i = 0; i < 10; i++) {
        container.execOk("s6-svc", "-t", "/var/run/s6/services/s");
        container.execOk("with-contenv", "true");
        Container.pause(50);
      }
      Container.pause(1500);
      assertTrue(container.running(), container.stderr());
      assertEquals("", container.stderr());
      container.signal(15);
      assertEquals(0, container.awaitExit().code());
    }
  }
}
