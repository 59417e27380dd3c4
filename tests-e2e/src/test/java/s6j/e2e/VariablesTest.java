package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The effect of each variable: docs/reference/environment.md, row by row. */
class VariablesTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final String FAILING = "#!/bin/sh\necho failing script\nexit 3\n";

  private interface Body {
    void on(Runner runner);
  }

  private static final Map<String, Reference.Check> READ = new LinkedHashMap<>();
  private static final Map<String, Reference.Check> SET = new LinkedHashMap<>();

  static java.util.List<Runner> runners() {
    return Reference.RUNNERS;
  }

  private static void read(String name, Body body) {
    READ.put(name, (row, runner) -> body.on(runner));
  }

  static {
    read("S6_KEEP_ENV", VariablesTest::keepEnv);
    read("S6_LOGGING", VariablesTest::logging);
    read("S6_LOGGING_SCRIPT", VariablesTest::loggingScript);
    read("S6_BEHAVIOUR_IF_STAGE2_FAILS", VariablesTest::behaviour);
    read("S6_KILL_FINISH_MAXTIME", VariablesTest::killFinishMaxtime);
    read("S6_SERVICES_GRACETIME", VariablesTest::servicesGracetime);
    read("S6_KILL_GRACETIME", VariablesTest::killGracetime);
    read("S6_SYNC_DISKS", VariablesTest::syncDisks);
    read("S6_CMD_ARG0", VariablesTest::cmdArg0);
    read("S6_CMD_WAIT_FOR_SERVICES", VariablesTest::waitForServices);
    read("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", VariablesTest::waitForServicesMaxtime);
    read("S6_CMD_RECEIVE_SIGNALS", VariablesTest::cmdReceivesSignals);
    read("S6_FIX_ATTRS_HIDDEN", VariablesTest::fixAttrsHidden);
    read("S6_READ_ONLY_ROOT", VariablesTest::readOnlyRoot);
    read("S6_RUNTIME_PROFILE", VariablesTest::runtimeProfile);
    read("S6_BIN_LINKS", VariablesTest::binLinks);
    SET.put("PATH", (row, runner) -> path(runner));
    SET.put("CWD", (row, runner) -> cwd(runner));
  }

  @TestFactory
  Stream<DynamicTest> each_variable_that_is_read() {
    return Reference.eachRow(
        Reference.table("docs/reference/environment.md", "Variables that s6j reads"), READ);
  }

  @TestFactory
  Stream<DynamicTest> each_variable_that_is_set() {
    return Reference.eachRow(
        Reference.table("docs/reference/environment.md", "Variables that s6j sets"), SET);
  }

  private static void keepEnv(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .env("MINE", "kept")
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho \"init:$MINE:\"\n")
            .script("/etc/cont-init.d/20", "#!/usr/bin/with-contenv sh\necho \"contenv:$MINE:\"\n")
            .sh("echo \"cmd:$MINE:\"");
    String cleared = runner.run(recipe).stdout();
    assertTrue(cleared.contains("init::\n"), cleared);
    assertTrue(cleared.contains("contenv:kept:\n"), cleared);
    assertTrue(cleared.contains("cmd:kept:\n"), cleared);
    String kept = runner.run(recipe.env("S6_KEEP_ENV", "1")).stdout();
    assertTrue(kept.contains("init:kept:\n"), kept);
    assertTrue(kept.contains("contenv:kept:\n"), kept);
    assertTrue(kept.contains("cmd:kept:\n"), kept);
  }

  private static void logging(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho from init\n")
            .service("s", "#!/bin/sh\necho from service\nexec sleep 1000\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1");
    String cmd =
        "echo from cmd; until grep -q 'from WHO' /var/log/s6-uncaught-logs/current; do sleep 0.05; done; "
            + "cat /var/log/s6-uncaught-logs/current >&2";
    Outcome one = runner.run(recipe.env("S6_LOGGING", "1").sh(cmd.replace("WHO", "service")));
    assertTrue(one.stdout().contains("from cmd"), one.stdout());
    assertFalse(one.stdout().contains("from init"), one.stdout());
    assertFalse(one.stdout().contains("from service"), one.stdout());
    assertFalse(one.stdout().contains("[cont-init.d]"), one.stdout());
    assertTrue(one.stderr().contains("from init"), one.stderr());
    assertTrue(one.stderr().contains("from service"), one.stderr());
    assertTrue(one.stderr().contains("[cont-init.d] 10: exited 0."), one.stderr());
    try (Container container =
        runner.start(recipe.env("S6_LOGGING", "2").sh("echo from cmd; exec sleep 1000"))) {
      container.pid();
      String log = awaitLog(container, "from cmd");
      assertFalse(container.stdout().contains("from cmd"), container.stdout());
      assertTrue(log.contains("from service"), log);
    }
  }

  private static String awaitLog(Container container, String wanted) {
    Outcome outcome =
        container.exec(
            "sh",
            "-c",
            "log=/var/log/s6-uncaught-logs/current; i=0; until grep -q '"
                + wanted
                + "' $log 2>/dev/null; do sleep 0.1; i=$((i+1)); [ $i -lt 600 ] || break; done;"
                + " [ $i -lt 600 ] || { ls -la ${log%/*}; ps; s6-svstat /run/s6/services/*log; } >&2;"
                + " cat $log");
    assertTrue(
        outcome.stdout().contains(wanted),
        () -> outcome + " of " + container.stdout() + container.stderr());
    return outcome.stdout();
  }

  private static void loggingScript(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nmkdir /var/log/s\nchown nobody:nogroup /var/log/s\n")
            .service("s", "#!/bin/sh\nseq 1 5000\nexec sleep 1000\n")
            .script("/etc/services.d/s/log/run", "#!/bin/sh\nexec logutil-service /var/log/s\n")
            .env("S6_LOGGING_SCRIPT", "n2 s8192 t");
    try (Container container = runner.start(recipe)) {
      container.awaitText("[services.d] done.");
      String seen =
          container.execOk(
              "timeout",
              "60",
              "sh",
              "-c",
              "until grep -q ' 5000$' /var/log/s/current 2>/dev/null; do sleep 0.1; done;"
                  + " ls /var/log/s/@* | wc -l; head -1 /var/log/s/current; ls -ld /var/log/s/current;"
                  + " wc -c </var/log/s/current");
      assertTrue(seen.startsWith("2\n@4000000"), seen);
      assertTrue(seen.contains(" nobody "), seen);
      assertTrue(
          Integer.parseInt(seen.lines().skip(3).findFirst().orElseThrow().strip()) <= 8192, seen);
    }
  }

  private static void behaviour(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/10", FAILING)
            .script("/etc/cont-init.d/20", "#!/bin/sh\necho second script\n")
            .sh("echo the cmd");
    Outcome zero = runner.run(recipe);
    assertTrue(zero.stdout().contains("second script"), zero.output());
    assertTrue(zero.stdout().contains("the cmd"), zero.output());
    assertEquals(0, zero.code());
    Outcome one = runner.run(recipe.env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "1"));
    assertTrue(one.stdout().contains("second script"), one.output());
    assertTrue(one.stdout().contains("the cmd"), one.output());
    assertEquals(0, one.code());
    assertTrue(one.output().length() > zero.output().length() + 20, "a warning: " + one.output());
    Outcome two = runner.run(recipe.env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2"));
    assertFalse(two.stdout().contains("second script"), two.output());
    assertFalse(two.stdout().contains("the cmd"), two.output());
    assertEquals(3, two.code());
  }

  private static void killFinishMaxtime(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-finish.d/10", "#!/bin/sh\nsleep 30\necho too late\n")
            .script("/etc/cont-finish.d/20", "#!/bin/sh\necho next one\n")
            .env("S6_KILL_FINISH_MAXTIME", "300")
            .cmd("true");
    long from = System.nanoTime();
    Outcome outcome = runner.run(recipe);
    assertTrue(SignalsTest.millis(from) < 20000, "took " + SignalsTest.millis(from));
    assertFalse(outcome.stdout().contains("too late"), outcome.output());
    assertTrue(outcome.stdout().contains("next one"), outcome.output());
  }

  private static void servicesGracetime(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .service("s", "#!/bin/sh\ntrap '' TERM\necho ready\nwhile :; do sleep 0.1; done\n")
            .env("S6_KILL_GRACETIME", "100");
    assertStopTakes(runner, recipe.env("S6_SERVICES_GRACETIME", "4000"), 4000, 20000);
    assertStopTakes(runner, recipe.env("S6_SERVICES_GRACETIME", "100"), 100, 2900);
  }

  private static void killGracetime(Runner runner) {
    Recipe recipe =
        BUSYBOX.sh(
            "trap 'exit 0' TERM; (trap '' TERM; echo ready; while :; do sleep 0.1; done) & while :; do sleep 0.05; done");
    assertStopTakes(runner, recipe.env("S6_KILL_GRACETIME", "4000"), 4000, 20000);
    assertStopTakes(runner, recipe.env("S6_KILL_GRACETIME", "100"), 100, 2900);
    assertStopTakes(runner, recipe.env("S6_KILL_GRACETIME", "0"), 0, 2900);
  }

  private static void assertStopTakes(Runner runner, Recipe recipe, long atLeast, long atMost) {
    try (Container container = runner.start(recipe)) {
      container.awaitText("ready");
      long from = System.nanoTime();
      container.signal(15);
      // How long Docker takes to notice the end, and to clean up, is not ours.
      container.awaitText("[s6-finish] sending all processes the KILL signal and exiting.");
      long took = SignalsTest.millis(from);
      container.awaitExit();
      assertTrue(took >= atLeast && took <= atMost, atLeast + " ≤ " + took + " ≤ " + atMost);
    }
  }

  private static void syncDisks(Runner runner) {
    String line = "[s6-finish] syncing disks.\n";
    assertFalse(runner.run(BUSYBOX.cmd("true")).stdout().contains(line));
    assertTrue(runner.run(BUSYBOX.env("S6_SYNC_DISKS", "1").cmd("true")).stdout().contains(line));
  }

  private static void cmdArg0(Runner runner) {
    Outcome outcome =
        runner.run(BUSYBOX.env("S6_CMD_ARG0", "sh\n-c").cmd("echo \"as one word\"; exit 4"));
    assertTrue(outcome.stdout().contains("as one word\n"), outcome.output());
    assertTrue(outcome.stdout().contains("[cmd] sh exited 4\n"), outcome.output());
    assertEquals(4, outcome.code());
  }

  private static final Recipe SLOWLY_READY =
      BUSYBOX
          .service(
              "s",
              "#!/bin/sh\nsleep WAIT\necho >/tmp/ready\necho >&3\nexec 3>&-\nexec sleep 1000\n")
          .file("/etc/services.d/s/notification-fd", "3\n")
          .sh("if [ -e /tmp/ready ]; then echo after ready; else echo before ready; fi");

  private static Recipe readyAfter(String seconds) {
    Recipe.Item.Data run = (Recipe.Item.Data) SLOWLY_READY.files().get("/etc/services.d/s/run");
    return SLOWLY_READY.service("s", run.content().replace("WAIT", seconds));
  }

  private static void waitForServices(Runner runner) {
    String without = runner.run(readyAfter("0.7")).stdout();
    assertTrue(without.contains("before ready\n"), without);
    String with = runner.run(readyAfter("0.7").env("S6_CMD_WAIT_FOR_SERVICES", "1")).stdout();
    assertTrue(with.contains("after ready\n"), with);
  }

  private static void waitForServicesMaxtime(Runner runner) {
    Recipe recipe = readyAfter("20").env("S6_CMD_WAIT_FOR_SERVICES", "1");
    long from = System.nanoTime();
    Outcome outcome = runner.run(recipe.env("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", "300"));
    assertTrue(outcome.stdout().contains("before ready\n"), outcome.output());
    assertTrue(outcome.stderr().contains("S6_CMD_WAIT_FOR_SERVICES_MAXTIME"), outcome.output());
    assertTrue(SignalsTest.millis(from) < 15000, "took " + SignalsTest.millis(from));
    Outcome unlimited =
        runner.run(
            readyAfter("1")
                .env("S6_CMD_WAIT_FOR_SERVICES", "1")
                .env("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", "0"));
    assertTrue(unlimited.stdout().contains("after ready\n"), unlimited.output());
  }

  private static void cmdReceivesSignals(Runner runner) {
    String cmd =
        "for s in TERM QUIT INT USR1 USR2 PWR WINCH; do trap \"echo got $s\" $s; done; echo cmd up;"
            + " until [ -e /end ]; do sleep 0.05; done; exit 6";
    Recipe recipe =
        BUSYBOX
            .env("S6_CMD_RECEIVE_SIGNALS", "1")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish script\n")
            .sh(cmd);
    try (Container container = runner.start(recipe)) {
      container.awaitText("cmd up");
      Map<Integer, String> signals =
          Map.of(15, "TERM", 3, "QUIT", 2, "INT", 10, "USR1", 12, "USR2", 30, "PWR", 28, "WINCH");
      signals.forEach(
          (number, name) -> {
            container.signal(number);
            container.awaitText("got " + name + "\n");
          });
      assertFalse(container.stdout().contains("finish script"), container.stdout());
      container.execOk("touch", "/end");
      Outcome outcome = container.awaitExit();
      assertEquals(6, outcome.code(), outcome.output());
      assertTrue(outcome.stdout().contains("finish script"), outcome.output());
    }
  }

  private static void fixAttrsHidden(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .file("/srv/data/seen", "")
            .file("/srv/data/.hidden", "")
            .file("/etc/fix-attrs.d/10", "/srv/data true daemon 0600 0700\n")
            .cmd("stat", "-c", "%n %u %a", "/srv/data", "/srv/data/seen", "/srv/data/.hidden");
    String without = runner.run(recipe).stdout();
    assertTrue(without.contains("/srv/data 1 700\n/srv/data/seen 1 600\n"), without);
    assertTrue(without.contains("/srv/data/.hidden 0 644\n"), without);
    String with = runner.run(recipe.env("S6_FIX_ATTRS_HIDDEN", "1")).stdout();
    assertTrue(with.contains("/srv/data/.hidden 1 600\n"), with);
  }

  private static void readOnlyRoot(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n")
            .service("s", "#!/bin/sh\necho service ran\nexec sleep 1000\n")
            .onReadOnlyRoot()
            .tmpfs("/var:rw,exec")
            .env("S6_READ_ONLY_ROOT", "1")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("sleep 0.3; exit 6");
    Outcome outcome = runner.run(recipe);
    assertTrue(outcome.stdout().contains("init ran"), outcome.output());
    assertTrue(outcome.stdout().contains("service ran"), outcome.output());
    assertEquals(6, outcome.code());
  }

  private static void binLinks(Runner runner) {
    Recipe recipe = BUSYBOX.sh("test -L /bin/execlineb");
    assertEquals(0, runner.run(recipe).code());
    assertEquals(0, runner.run(recipe.env("S6_BIN_LINKS", "1")).code());
    assertEquals(1, runner.run(recipe.env("S6_BIN_LINKS", "0")).code());
  }

  private static void runtimeProfile(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho usual\n")
            .script("/etc/cont-profile.d/other/cont-init.d/10", "#!/bin/sh\necho other profile\n")
            .env("S6_RUNTIME_PROFILE", "other")
            .cmd("true");
    String said = runner.run(recipe).stdout();
    assertTrue(said.contains("other profile\n"), said);
    assertFalse(said.contains("usual"), said);
    assertFalse(
        said.contains("[services.d]"), "a profile without services.d says nothing of it: " + said);
    assertEquals(
        "s6-overlay: warning: /etc/cont-profile.d/misspelt is not a directory: no scripts, no"
            + " services (S6_RUNTIME_PROFILE)\n",
        runner.run(recipe.env("S6_RUNTIME_PROFILE", "misspelt")).stderr());
  }

  private static void path(Runner runner) {
    String said =
        runner
            .run(
                BUSYBOX
                    .env("PATH", "/usr/bin:/bin:/mine")
                    .script("/etc/cont-init.d/10", "#!/bin/sh\necho \"init $PATH\"\n")
                    .script(
                        "/etc/cont-init.d/20",
                        "#!/usr/bin/with-contenv sh\necho \"contenv $PATH\"\n")
                    .service("s", "#!/bin/sh\necho \"service $PATH\"\nexec sleep 1000\n")
                    .sh("echo \"cmd $PATH\"; sleep 0.5"))
            .stdout();
    String completed = "/usr/bin:/bin:/mine:/usr/sbin:/sbin\n";
    assertTrue(said.contains("init " + completed), said);
    assertTrue(said.contains("service " + completed), said);
    assertTrue(said.contains("contenv /usr/bin:/bin:/mine\n"), said);
    assertTrue(said.contains("cmd /usr/bin:/bin:/mine\n"), said);
  }

  private static void cwd(Runner runner) {
    String said =
        runner
            .run(
                BUSYBOX
                    .workdir("/srv/work")
                    .script("/etc/cont-init.d/10", "#!/bin/sh\necho \"init $(pwd)\"\n")
                    .script(
                        "/etc/cont-init.d/20",
                        "#!/usr/bin/with-contenv sh\necho \"contenv $CWD\"\n")
                    .sh("echo \"cmd $CWD $(pwd)\""))
            .stdout();
    assertTrue(said.contains("init /srv/work\n"), said);
    assertTrue(said.contains("contenv /srv/work\n"), said);
    assertTrue(said.contains("cmd /srv/work /srv/work\n"), said);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void a_value_that_is_no_number_gets_one_line_and_the_default(Runner runner) {
    for (String name :
        new String[] {
          "S6_BEHAVIOUR_IF_STAGE2_FAILS", "S6_KILL_GRACETIME", "S6_SERVICES_GRACETIME"
        }) {
      Outcome outcome =
          runner.run(
              BUSYBOX
                  .script("/etc/cont-init.d/10", FAILING)
                  .env(name, "soon")
                  .sh("echo the cmd; exit 4"));
      assertEquals(4, outcome.code(), outcome.output());
      assertEquals(
          1,
          outcome.stderr().lines().filter(line -> line.contains(name)).count(),
          outcome.output());
      assertTrue(outcome.stderr().contains("soon"), outcome.stderr());
    }
  }

  @ParameterizedTest
  @MethodSource("runners")
  void values_come_through_byte_by_byte(Runner runner) {
    String large = "x".repeat(100_000) + "end";
    Recipe recipe =
        BUSYBOX
            .env("EMPTY", "")
            .env("LINES", "a\nb\n")
            .env("SPACES", "  a = 'b' \"c\" $d \\ ")
            .env("LARGE", large)
            .script(
                "/etc/cont-init.d/10",
                """
                #!/usr/bin/with-contenv sh
                echo "empty ${EMPTY-unset}:"
                printf '%s' "$LINES" | od -An -c
                echo "spaces [$SPACES]"
                echo "large ${#LARGE}"
                """)
            .sh("echo \"cmd empty ${EMPTY-unset}:\"; echo \"cmd large ${#LARGE}\"");
    String said = runner.run(recipe).stdout();
    assertTrue(said.contains("\nempty :\n"), said);
    assertTrue(said.contains("   a  \\n   b  \\n\n"), said);
    assertTrue(said.contains("spaces [  a = 'b' \"c\" $d \\ ]\n"), said);
    assertTrue(said.contains("\nlarge 100003\n"), said);
    assertTrue(said.contains("cmd empty :\n"), said);
    assertTrue(said.contains("cmd large 100003\n"), said);
  }

  @ParameterizedTest
  @MethodSource("runners")
  void what_an_init_script_adds_to_the_environment_is_there_for_the_rest(Runner runner) {
    Recipe recipe =
        BUSYBOX
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nprintf %s added >/var/run/s6/container_environment/ADDED\n")
            .script("/etc/cont-init.d/20", "#!/usr/bin/with-contenv sh\necho \"init $ADDED\"\n")
            .service("s", "#!/usr/bin/with-contenv sh\necho \"service $ADDED\"\nexec sleep 1000\n")
            .sh("echo \"cmd $ADDED\"; sleep 0.5");
    String said = runner.run(recipe).stdout();
    assertTrue(said.contains("init added\n"), said);
    assertTrue(said.contains("service added\n"), said);
    assertTrue(said.contains("cmd added\n"), said);
  }

  /** Docker itself takes no such bytes: it passes environments as JSON. */
  @Test
  void with_contenv_sees_at_once_what_scripts_add_change_and_remove() {
    String read = "with-contenv sh -c 'echo \"<$ONE><$TWO>\"'; ";
    String directory = "cd /run/s6/container_environment; ";
    Recipe recipe =
        BUSYBOX
            .env("ONE", "1")
            .sh(
                directory
                    + read
                    + read
                    + "printf 2 > TWO; "
                    + read
                    + "printf 3 > TWO; "
                    + read
                    + "rm ONE; "
                    + read
                    + "mv TWO ONE; "
                    + read);
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertTrue(
        outcome.stdout().contains("<1><>\n<1><>\n<1><2>\n<1><3>\n<><3>\n<3><>\n"),
        outcome.output());
  }

  @Test
  void values_that_are_no_text_come_through_too() {
    Recipe recipe =
        BUSYBOX
            .env("BYTES", "\u00ff\u00fe\u0001\u00e9")
            .script(
                "/etc/cont-init.d/10",
                "#!/usr/bin/with-contenv sh\nprintf %s \"$BYTES\" | od -An -tx1\n")
            .sh(
                "printf %s \"$BYTES\" | od -An -tx1; od -An -tx1 /run/s6/container_environment/BYTES");
    Outcome outcome = Runner.NAMESPACE.run(recipe);
    assertEquals(
        3,
        outcome.stdout().lines().filter(l -> l.equals(" ff fe 01 e9")).count(),
        outcome.output());
  }
}
