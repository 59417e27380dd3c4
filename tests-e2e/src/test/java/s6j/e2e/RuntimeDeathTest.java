package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The JVM may die at any moment: nothing that runs notices, and nothing that happens meanwhile is
 * lost. "Meanwhile" is made long: the JVM is stopped, so that it is told of what happens and does
 * nothing about it, and then killed.
 */
@Timeout(400)
class RuntimeDeathTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final String SERVICE = "/run/s6/services/s";

  private static NamespaceRunner.Started start(Recipe recipe) {
    return Runner.NAMESPACE.start(recipe);
  }

  /** Something happens while the JVM hears nothing; then it dies. */
  private static void whileDeaf(Container container, Runnable happens) {
    long jvm = Jvm.freeze(container);
    happens.run();
    Container.pause(100);
    assertEquals(jvm, Jvm.pid(container), container.stderr());
    assertTrue(Jvm.kill(container));
  }

  private static void inShell(Container container, String script) {
    container.execOk("busybox", "sh", "-c", script);
  }

  @Test
  void fifty_services_at_rest_keep_their_pids_and_are_supervised_on() {
    Recipe recipe = BUSYBOX;
    for (int i = 0; i < 50; i++) {
      recipe = recipe.service("s" + i, "#!/bin/sh\necho up " + i + " $$.\nexec sleep 1000\n");
    }
    try (Container container = start(recipe)) {
      for (int i = 0; i < 50; i++) {
        container.awaitText("up " + i + " ");
      }
      List<String> ups = ups(container);
      assertTrue(Jvm.kill(container));
      container.awaitText("starting it again");
      List<String> pids = new ArrayList<>();
      for (int i = 0; i < 50; i += 7) {
        String status = container.execOk("s6-svstat", "-o", "up,pid", "/run/s6/services/s" + i);
        pids.add("up " + i + " " + status.strip().replace("true ", "") + ".");
      }
      assertTrue(ups.containsAll(pids), pids + " of " + ups);
      assertEquals(ups, ups(container));
      container.execOk("s6-svc", "-wr", "-k", "/run/s6/services/s49");
      container.awaitText("up 49 ", 2);
      container.signal(15);
      assertEquals(0, container.awaitExit().code(), container.stderr());
    }
  }

  private static List<String> ups(Container container) {
    return container.stdout().lines().filter(l -> l.startsWith("up ")).sorted().toList();
  }

  @Test
  void a_service_that_died_meanwhile_has_its_finish_and_starts_again() {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\necho $$ >/pid\necho up\nexec sleep 1000\n")
            .script("/etc/services.d/s/finish", "#!/bin/sh\necho \"finish: $1 $2 $3\"\n");
    try (Container container = start(recipe)) {
      container.awaitText("up\n");
      whileDeaf(container, () -> inShell(container, "kill -9 $(cat /pid)"));
      container.awaitText("finish: 256 9 s\n");
      container.awaitText("up\n", 2);
    }
  }

  @Test
  void what_was_written_to_control_meanwhile_is_obeyed() {
    Recipe recipe = BUSYBOX.service("s", "#!/bin/sh\necho up\nexec sleep 1000\n");
    try (Container container = start(recipe)) {
      container.awaitText("up\n");
      whileDeaf(container, () -> inShell(container, "printf d >" + SERVICE + "/supervise/control"));
      container.execOk("s6-svwait", "-d", "-t", "20000", SERVICE);
      whileDeaf(container, () -> inShell(container, "printf u >" + SERVICE + "/supervise/control"));
      container.awaitText("up\n", 2);
      whileDeaf(
          container, () -> inShell(container, "printf t >/run/s6/services/.s6-svscan/control"));
      assertEquals(0, container.awaitExit().code(), container.stderr());
    }
  }

  @Test
  void readiness_that_was_told_meanwhile_counts() {
    Recipe recipe =
        BUSYBOX
            .service(
                "s",
                "#!/bin/sh\necho begun\nuntil [ -e /go ]; do sleep 0.05; done\necho >&3\necho told\nexec sleep 1000\n")
            .file("/etc/services.d/s/notification-fd", "3\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .env("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", "60000")
            .env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")
            .sh("echo the cmd; exit 4");
    try (Container container = start(recipe)) {
      container.awaitText("begun\n");
      whileDeaf(
          container,
          () -> {
            inShell(container, "touch /go");
            container.awaitText("told\n");
          });
      assertEquals(4, container.awaitExit().code(), container.stderr());
    }
  }

  @Test
  void signals_that_came_meanwhile_have_their_consequences() {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nd=/run/s6/services/.s6-svscan\nmkdir -p $d\n"
                    + "printf '#!/bin/sh\\necho got usr1\\n' >$d/SIGUSR1\nchmod 755 $d/SIGUSR1\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho the end\n")
            .service("s", "#!/bin/sh\nexec sleep 1000\n")
            .env("S6_SERVICES_GRACETIME", "60000")
            .sh("echo cmd up; exec sleep 1000");
    try (Container container = start(recipe)) {
      container.awaitText("cmd up");
      whileDeaf(container, () -> container.signal(10));
      container.awaitText("got usr1");
      whileDeaf(container, () -> container.signal(15));
      Outcome outcome = container.awaitExit();
      assertEquals(143, outcome.code(), outcome.output());
      assertTrue(outcome.stdout().contains("the end\n"), outcome.output());
    }
  }

  @Test
  void the_code_of_a_cmd_that_ended_meanwhile_is_the_containers() {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho the end\n")
            .sh("echo cmd up; until [ -e /go ]; do sleep 0.05; done; exit 7");
    try (Container container = start(recipe)) {
      container.awaitText("cmd up");
      whileDeaf(container, () -> inShell(container, "touch /go; sleep 0.3"));
      Outcome outcome = container.awaitExit();
      assertEquals(7, outcome.code(), outcome.output());
      assertEquals(1, times(outcome, "the end\n"), outcome.output());
    }
  }

  @Test
  void an_init_script_that_ended_meanwhile_has_run_once_and_the_next_one_follows() {
    Recipe recipe =
        BUSYBOX
            .file("/srv/data", "")
            .file("/etc/fix-attrs.d/10", "/srv/data false daemon 0600 0700\n")
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\necho first init\nuntil [ -e /go ]; do sleep 0.05; done\n")
            .script("/etc/cont-init.d/20", "#!/bin/sh\necho second init\n")
            .sh("echo the cmd; exit 3");
    try (Container container = start(recipe)) {
      container.awaitText("first init");
      whileDeaf(container, () -> inShell(container, "touch /go; sleep 0.3"));
      Outcome outcome = container.awaitExit();
      assertEquals(3, outcome.code(), outcome.output());
      assertEquals(1, times(outcome, "first init\n"), outcome.output());
      assertEquals(1, times(outcome, "second init\n"), outcome.output());
      assertEquals(1, times(outcome, "[fix-attrs.d] 10: applying"), outcome.output());
    }
  }

  @Test
  void an_init_script_that_failed_meanwhile_ends_the_container_when_that_is_asked_for() {
    Recipe recipe =
        BUSYBOX
            .env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\necho first init\nuntil [ -e /go ]; do sleep 0.05; done\nexit 5\n")
            .script("/etc/cont-init.d/20", "#!/bin/sh\necho second init\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho the end\n")
            .sh("echo the cmd");
    try (Container container = start(recipe)) {
      container.awaitText("first init");
      whileDeaf(container, () -> inShell(container, "touch /go; sleep 0.3"));
      Outcome outcome = container.awaitExit();
      assertEquals(5, outcome.code(), outcome.output());
      assertFalse(outcome.stdout().contains("second init"), outcome.output());
      assertFalse(outcome.stdout().contains("the cmd"), outcome.output());
      assertEquals(1, times(outcome, "the end\n"), outcome.output());
    }
  }

  @Test
  void a_stop_goes_on_where_it_was() {
    Recipe recipe =
        BUSYBOX
            .service(
                "s",
                "#!/bin/sh\ntrap 'echo got term; until [ -e /go ]; do sleep 0.05; done; echo service done; exit' TERM\n"
                    + "echo up\nwhile :; do sleep 0.05; done\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish once\n")
            .env("S6_SERVICES_GRACETIME", "20000");
    try (Container container = start(recipe)) {
      container.awaitText("up\n");
      container.signal(15);
      container.awaitText("got term");
      container.awaitText("waiting for services");
      assertTrue(Jvm.kill(container));
      container.awaitText("starting it again");
      container.awaitText("waiting for services", 2);
      inShell(container, "touch /go");
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code(), outcome.output());
      assertEquals(1, times(outcome, "finish once\n"), outcome.output());
      assertTrue(outcome.stdout().contains("service done\n"), outcome.output());
    }
  }

  @Test
  void a_timeout_kill_that_was_running_is_carried_out() {
    Recipe recipe =
        BUSYBOX
            .service(
                "s",
                "#!/bin/sh\ntrap 'echo got term' TERM\necho up\nwhile :; do sleep 0.05; done\n")
            .file("/etc/services.d/s/timeout-kill", "3000\n");
    try (Container container = start(recipe)) {
      container.awaitText("up\n");
      container.execOk("s6-svc", "-d", SERVICE);
      container.awaitText("got term");
      assertTrue(Jvm.kill(container));
      container.awaitText("starting it again");
      container.execOk("s6-svwait", "-D", "-t", "60000", SERVICE);
      String status = container.execOk("s6-svstat", "-o", "up,wantedup,signal", SERVICE);
      assertEquals("false false SIGKILL\n", status);
      assertEquals(1, times(container.stdout(), "got term\n"));
    }
  }

  @Test
  void a_service_whose_link_is_gone_goes_on_and_is_stopped_with_the_container() {
    Recipe recipe =
        BUSYBOX
            .script("/srv/late/run", "#!/bin/sh\necho late $$.\nexec sleep 1000\n")
            .script("/srv/late/finish", "#!/bin/sh\necho late has finished: $2\n");
    try (Container container = start(recipe)) {
      container.awaitText("[services.d] done.");
      inShell(container, "ln -s ../../../srv/late /run/s6/services/late");
      container.execOk("s6-svscanctl", "-a", "/run/s6/services");
      container.awaitText("late ");
      container.execOk("s6-svwait", "-u", "-t", "60000", "/srv/late");
      whileDeaf(container, () -> inShell(container, "rm /run/s6/services/late"));
      container.awaitText("starting it again");
      String pid = container.execOk("s6-svstat", "-o", "pid", "/srv/late").strip();
      assertTrue(container.stdout().contains("late " + pid + ".\n"), container.stdout());
      container.execOk("s6-svc", "-wr", "-T", "60000", "-k", "/srv/late");
      container.awaitText("late has finished: 9\n");
      assertTrue(Jvm.kill(container));
      container.awaitText("starting it again", 2);
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code(), outcome.output());
      assertEquals(1, times(outcome, "late has finished: 15\n"), outcome.output());
    }
  }

  @Test
  void wherever_it_dies_each_script_runs_once_and_the_code_is_right() {
    long length = Lives.undisturbed(false);
    List<String> complaints = new ArrayList<>();
    int killed = 0;
    for (int seed = 1; seed <= 6; seed++) {
      Lives.Result result = Lives.one(seed, false, length);
      complaints.addAll(result.complaints());
      killed += result.killed();
    }
    assertEquals(List.of(), complaints);
    assertTrue(killed >= 3, "killed " + killed + " times");
  }

  @Test
  void what_a_service_says_while_its_logger_is_dead_and_the_runtime_as_well_is_not_lost() {
    Recipe recipe =
        BUSYBOX
            .service(
                "s",
                "#!/bin/sh\necho one\nuntil [ -e /go ]; do sleep 0.05; done\n"
                    + "echo two\ntouch /told\nexec sleep 1000\n")
            .script(
                "/etc/services.d/s/log/run",
                "#!/bin/sh\necho $$ >/logger\nwhile read -r l; do echo \"log $l\"; done\n");
    try (Container container = start(recipe)) {
      container.awaitText("log one\n");
      whileDeaf(
          container,
          () ->
              inShell(
                  container,
                  "kill -9 $(cat /logger); touch /go; until [ -e /told ]; do sleep 0.05; done"));
      container.awaitText("log two\n");
      assertEquals(1, times(container.stdout(), "log one\n"));
      container.signal(15);
      assertEquals(0, container.awaitExit().code(), container.stderr());
    }
  }

  @Test
  void a_runtime_whose_memory_is_used_up_is_replaced_and_nobody_else_notices() {
    Recipe recipe =
        PluginJar.write(
                BUSYBOX,
                "hoarding",
                "CommandProvider",
                """
                public String name() { return "hoard"; }
                public CommandResult run(CommandCall call) throws Exception {
                  call.out("begun\\n".getBytes());
                  java.util.List<byte[]> all = new java.util.ArrayList<>();
                  for (;;) all.add(new byte[1 << 20]);
                }
                """)
            .service("s", "#!/bin/sh\necho up\nexec sleep 1000\n")
            .sh("echo cmd up; until [ -e /go ]; do sleep 0.05; done; exit 7");
    try (Container container = start(recipe)) {
      container.awaitText("up\n");
      container.awaitText("cmd up\n");
      String pid = container.execOk("s6-svstat", "-o", "pid", SERVICE);
      Outcome greedy = container.exec("/run/s6/bin/hoard");
      assertEquals(111, greedy.code(), greedy.output());
      container.awaitText("starting it again");
      assertEquals(pid, container.execOk("s6-svstat", "-o", "pid", SERVICE));
      inShell(container, "touch /go");
      Outcome outcome = container.awaitExit();
      assertEquals(7, outcome.code(), outcome.output());
      assertEquals(1, times(outcome, "up\n") - times(outcome, "cmd up\n"), outcome.output());
    }
  }

  /** A service that says which signal it got, and how the container ended without a runtime. */
  private static void assertLastResort(Recipe recipe, Consumer<Container> last, String line) {
    Recipe withService =
        recipe.service(
            "s",
            "#!/bin/sh\ntrap 'echo got term; exit' TERM\necho up\nwhile :; do sleep 0.05; done\n");
    try (Container container = start(withService)) {
      container.awaitText("up\n");
      last.accept(container);
      Outcome outcome = container.awaitExit();
      assertEquals(111, outcome.code(), outcome.output());
      assertTrue(outcome.stderr().contains(line + ": no runtime is left"), outcome.stderr());
      assertTrue(outcome.stdout().contains("got term\n"), outcome.output());
    }
  }

  @Test
  void a_runtime_that_cannot_be_started_again_ends_the_container_with_a_line() {
    assertLastResort(
        BUSYBOX,
        container -> {
          // Afterwards its program has no name by which it could be found.
          long jvm = Jvm.pid(container);
          inShell(container, "rm /usr/lib/s6j/runtime/bin/s6j-init");
          Host.shell("kill -9 $1", jvm);
        },
        "the runtime cannot be started again");
  }

  @Test
  void a_runtime_that_cannot_live_any_more_is_given_up_with_its_services() {
    assertLastResort(
        BUSYBOX,
        container -> {
          inShell(container, "rm /usr/lib/s6j/runtime/conf/init.options");
          assertTrue(Jvm.kill(container));
        },
        "the runtime has died too often");
  }

  @Test
  void a_runtime_that_does_not_answer_a_term_ends_the_container_with_a_line() {
    assertLastResort(
        BUSYBOX,
        container -> {
          Jvm.freeze(container);
          container.signal(15);
        },
        "the runtime does not answer");
  }

  @Test
  void a_runtime_that_cannot_live_is_given_up_with_a_line() {
    Recipe recipe =
        BUSYBOX
            .file("/usr/lib/s6j/runtime/conf/init.options", "-Xmx1k\n-m s6j.init/s6j.init.Main\n")
            .cmd("echo", "never");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertEquals(111, outcome.code(), outcome.output());
    assertTrue(outcome.stderr().contains("the runtime has died too often"), outcome.stderr());
    assertFalse(outcome.stdout().contains("never"), outcome.stdout());
  }

  @Test
  void a_runtime_with_too_little_memory_ends_the_container_and_does_not_hang() {
    Recipe recipe =
        BUSYBOX
            .file(
                "/usr/lib/s6j/runtime/conf/init.options",
                "-XX:+UseSerialGC\n-Xint\n-Xms2m\n-Xmx2m\n-XX:+ExitOnOutOfMemoryError\n-m s6j.init/s6j.init.Main\n")
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n")
            .cmd("sh", "-c", "echo ran; exit 4");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    // Either it was enough, or the end says why.
    if (outcome.code() != 4) {
      assertEquals(111, outcome.code(), outcome.output());
      assertTrue(outcome.stderr().contains("the runtime has died too often"), outcome.stderr());
    }
    assertTrue(times(outcome, "init ran\n") <= 1, outcome.output());
  }

  private static int times(Outcome outcome, String text) {
    return times(outcome.stdout(), text);
  }

  private static int times(String output, String text) {
    return output.split(java.util.regex.Pattern.quote(text), -1).length - 1;
  }
}
