package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The order of a container's life, and what failures lead to: docs/reference/stages.md. */
class StagesTest {
  private static final String FILE = "docs/reference/stages.md";
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final Runner RUNNER = Runner.NAMESPACE;

  /** A plugin that says where it is, and lets CMD know of the point behind its start. */
  private static Recipe tour(Recipe recipe) {
    return PluginJar.write(
        recipe,
        "tour",
        "StageHook",
        """
        public Set<Point> points() { return Set.of(Point.values()); }
        public void reached(Point point, StageContext context) throws Exception {
          context.progress(point.name());
          if (point == Point.AFTER_CMD) {
            java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/up"), "");
          }
        }
        """);
  }

  /** What the tables say is seen, in their order. */
  private static List<String> documented() {
    List<String> all = new ArrayList<>();
    for (String heading : new String[] {"From the start to the CMD", "From the stop to the exit"}) {
      for (Reference.Row row : Reference.table(FILE, heading)) {
        String seen = row.cells().get(1);
        if (!seen.isEmpty()) {
          Stream.of(seen.split("<br>")).map(one -> one.replace("`", "")).forEach(all::add);
        }
      }
    }
    return all;
  }

  @Test
  void the_tables_are_what_is_seen_of_a_life() {
    Recipe recipe =
        tour(BUSYBOX)
            .file("/srv/data", "")
            .file("/etc/fix-attrs.d/10-x", "/srv/data false root 0600 0700\n")
            .script("/etc/cont-init.d/10-x", "#!/bin/sh\nexit 0\n")
            .service("10-x", "#!/bin/sh\nexec sleep 1000\n")
            .script("/etc/cont-finish.d/10-x", "#!/bin/sh\nexit 0\n")
            .sh("until [ -e /tmp/up ]; do sleep 0.05; done; exit 3");
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(3, outcome.code(), outcome.output());
    assertEquals("", outcome.stderr());
    List<String> seen =
        outcome.stdout().lines().map(line -> line.replace("[tour] ", "").strip()).toList();
    assertEquals(documented(), seen);
  }

  @Test
  void all_points_that_there_are_are_in_the_tables() {
    List<String> points =
        documented().stream().filter(one -> one.matches("(BEFORE|AFTER)_[A-Z0-9_]+")).toList();
    assertEquals(KnownNames.constants("spi", "s6j.spi.Point"), points);
  }

  private static final String SCRIPT = "/etc/cont-init.d/10-x";

  private static Recipe hook(String body) {
    return PluginJar.write(
        BUSYBOX,
        "hook",
        "StageHook",
        "public Set<Point> points() { return Set.of(Point.BEFORE_SERVICES); }\n"
            + "public void reached(Point point, StageContext context) throws Exception {\n"
            + body
            + "\n}");
  }

  private static Map<String, Recipe> failures() {
    Map<String, Recipe> all = new LinkedHashMap<>();
    Recipe cmd = BUSYBOX.sh("echo cmd runs; exit 5");
    all.put(
        "a rule of fix-attrs.d cannot be understood",
        cmd.file("/etc/fix-attrs.d/10-x", "/etc perhaps root 0600 0700\n"));
    all.put("a script of cont-init.d exits with 42", cmd.script(SCRIPT, "#!/bin/sh\nexit 42\n"));
    all.put(
        "a script of cont-init.d is killed by TERM",
        cmd.script(SCRIPT, "#!/bin/sh\nkill -15 $$\n"));
    all.put(
        "a script of cont-init.d cannot be executed",
        cmd.script(SCRIPT, "#!/no/such/interpreter\n"));
    Recipe noRun = cmd.service("x", "#!/no/such/interpreter\n");
    all.put("a service's run cannot be executed", noRun);
    all.put(
        "a service is not up after S6_CMD_WAIT_FOR_SERVICES_MAXTIME",
        noRun.env("S6_CMD_WAIT_FOR_SERVICES", "1").env("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", "300"));
    all.put("the CMD is not found", BUSYBOX.cmd("no-such-program"));
    all.put(
        "a script of cont-finish.d exits with 3",
        cmd.script("/etc/cont-finish.d/10-x", "#!/bin/sh\nexit 3\n"));
    Recipe throwing = hook("throw new Exception(\"oh\");").sh("echo cmd runs; exit 5");
    all.put("a hook of a plugin throws", throwing);
    all.put(
        "a hook of a plugin throws, S6_PLUGINS_STRICT=1", throwing.env("S6_PLUGINS_STRICT", "1"));
    all.put(
        "a hook of a plugin vetoes with 43",
        hook("throw new StageVeto(\"no\", 43);").sh("echo cmd runs; exit 5"));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> each_failure_with_each_behaviour() {
    Map<String, Recipe> failures = failures();
    List<Reference.Row> rows = Reference.table(FILE, "What a failure leads to");
    assertEquals(List.copyOf(failures.keySet()), rows.stream().map(Reference.Row::key).toList());
    return rows.stream()
        .flatMap(
            row ->
                IntStream.rangeClosed(0, 2)
                    .mapToObj(
                        behaviour ->
                            DynamicTest.dynamicTest(
                                row.key() + ", " + behaviour,
                                () ->
                                    check(
                                        failures.get(row.key()),
                                        behaviour,
                                        row.cells().get(1 + behaviour)))));
  }

  private static void check(Recipe recipe, int behaviour, String expected) {
    Outcome outcome = RUNNER.run(recipe.env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "" + behaviour));
    boolean goesOn = expected.equals("goes on") || expected.equals("warned");
    int code = goesOn ? 5 : Integer.parseInt(expected.substring("stops, ".length()));
    assertEquals(code, outcome.code(), outcome.output());
    assertEquals(goesOn, outcome.stdout().contains("cmd runs\n"), outcome.output());
    assertEquals(
        expected.equals("warned"),
        outcome.stdout().contains("\n!!!!!\n init-stage2 failed.\n!!!!!\n"),
        outcome.output());
    assertTrue(outcome.stdout().contains("[cont-finish.d] done.\n"), outcome.output());
  }

  @Test
  void scripts_and_services_come_from_the_directories_that_are_named() {
    Recipe plain =
        hook("context.progress(\"/etc/s6/plugins\");")
            .file("/srv/data", "")
            .file("/etc/fix-attrs.d/10-x", "/srv/data false root 0604 0700\n")
            .script(SCRIPT, "#!/bin/sh\necho /etc/cont-init.d\nstat -c %a /srv/data\n")
            .service("x", "#!/bin/sh\necho /etc/services.d\necho >&3\nexec sleep 1000\n")
            .file("/etc/services.d/x/notification-fd", "3\n")
            .script("/etc/cont-finish.d/10-x", "#!/bin/sh\necho /etc/cont-finish.d\n")
            .script(
                "/etc/cont-profile.d/NAME/cont-init.d/10-x",
                "#!/bin/sh\necho /etc/cont-profile.d/NAME/cont-init.d\n")
            .file("/etc/s6-overlay/s6-rc.d/x/type", "oneshot\n")
            .file("/etc/s6-overlay/s6-rc.d/x/up", "echo /etc/s6-overlay/s6-rc.d\n")
            .file("/etc/s6-overlay/s6-rc.d/user/contents.d/x", "")
            .file("/etc/s6-overlay/s6-rc.d/user/type", "bundle\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .cmd("true");
    String ofEtc = RUNNER.run(plain).output();
    String warning =
        "s6-overlay: warning: /etc/s6-overlay/s6-rc.d is of s6-overlay v3: what is in it is not started\n";
    assertTrue(ofEtc.contains(warning), ofEtc);
    assertEquals("", RUNNER.run(BUSYBOX.cmd("true")).stderr());
    String ofProfile = RUNNER.run(plain.env("S6_RUNTIME_PROFILE", "NAME")).output();
    Set<String> read = new TreeSet<>();
    for (Reference.Row row : Reference.table(FILE, "Where scripts and services come from")) {
      String directory = row.key();
      boolean there =
          directory.equals("/etc/fix-attrs.d")
              ? ofEtc.lines().anyMatch("604"::equals)
              : ofEtc.contains(directory + "\n");
      boolean withProfile = ofProfile.contains(directory + "\n");
      switch (row.cells().get(1)) {
        case "yes" -> assertTrue(there, directory + "\n" + ofEtc);
        case "no" -> assertFalse(there || withProfile, directory + "\n" + ofEtc);
        default -> assertTrue(!there && withProfile, directory + "\n" + ofProfile);
      }
      read.add(row.cells().get(1));
    }
    assertEquals(Set.of("yes", "no", "with S6_RUNTIME_PROFILE=NAME"), read);
  }

  @Test
  void the_state_directory_has_what_is_listed() {
    Recipe recipe = PluginJar.ship(BUSYBOX, "health").env("S6_LOGGING", "1").sh("ls -A /run/s6");
    Set<String> documented = new TreeSet<>();
    Reference.table(FILE, "The state directory").forEach(row -> documented.add(row.key()));
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(documented, new TreeSet<>(outcome.stdout().lines().toList()), outcome.output());
    assertEquals(
        Set.of(
            "container_environment",
            "env-stage1",
            "env-stage2",
            "env-stage3",
            "etc",
            "s6j",
            "services"),
        Set.copyOf(RUNNER.run(BUSYBOX.sh("ls -A /run/s6 >&2")).stderr().lines().toList()));
  }
}
