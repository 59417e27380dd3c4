package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What plugins can do to a container, and what they cannot. */
class PluginsTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final Runner RUNNER = Runner.NAMESPACE;

  /** A hook at one point. */
  private static Recipe hook(Recipe recipe, String name, String point, String body) {
    return PluginJar.write(
        recipe,
        name,
        "StageHook",
        "public Set<Point> points() { return Set.of(Point."
            + point
            + "); }\n"
            + "public void reached(Point point, StageContext context) throws Exception {\n"
            + body
            + "\n}");
  }

  /** The provider that comes first is for the names of sockets alone. */
  @Test
  void the_secrets_of_a_plugin_are_made_of_random_numbers_of_the_jdk() {
    Recipe recipe =
        hook(
            BUSYBOX,
            "random",
            "BEFORE_CMD",
            """
            context.progress(java.security.Security.getProviders()[0].getName() + ' '
                + new java.security.SecureRandom().getProvider().getName() + ' '
                + java.security.SecureRandom.getInstance("NativePRNG").getProvider().getName());
            """);
    String said = RUNNER.run(recipe.cmd("true")).stdout();
    assertTrue(said.contains("S6J SUN SUN\n"), said);
  }

  @Test
  void hooks_are_called_at_every_point_in_order() {
    Recipe recipe =
        PluginJar.write(
                BUSYBOX,
                "tour",
                "StageHook",
                """
                public Set<Point> points() { return Set.of(Point.values()); }
                public void reached(Point point, StageContext context) {
                  context.progress(point.name());
                }
                """)
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho [script] CONT_INIT\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho [script] CONT_FINISH\n")
            .sh("echo [script] CMD; sleep 0.2");
    Outcome outcome = RUNNER.run(recipe);
    String points =
        String.join(
            " ",
            outcome
                .stdout()
                .lines()
                .filter(line -> line.startsWith("[tour] ") || line.startsWith("[script] "))
                .map(line -> line.substring(line.indexOf(']') + 2))
                .toList());
    String expected =
        "BEFORE_STAGE1 AFTER_STAGE1 BEFORE_STAGE2 BEFORE_FIX_ATTRS AFTER_FIX_ATTRS BEFORE_CONT_INIT"
            + " CONT_INIT AFTER_CONT_INIT BEFORE_SERVICES AFTER_SERVICES AFTER_STAGE2 BEFORE_CMD"
            + " CMD BEFORE_STAGE3 BEFORE_CONT_FINISH CONT_FINISH AFTER_CONT_FINISH BEFORE_STOP"
            + " AFTER_STOP AFTER_STAGE3";
    // CMD and the point after its start come in any order.
    assertTrue(points.contains(" AFTER_CMD"), outcome.output());
    assertEquals(expected, points.replace(" AFTER_CMD", ""), outcome.output());
    assertEquals(0, outcome.code());
  }

  /** A hook that says its name, with a priority. */
  private static Recipe ordered(Recipe recipe, String name, int priority) {
    return PluginJar.write(
        recipe,
        name,
        "StageHook",
        "public Set<Point> points() { return Set.of(Point.BEFORE_CMD, Point.BEFORE_STAGE1); }\n"
            + "public int priority() { return "
            + priority
            + "; }\npublic void reached(Point point, StageContext context) {\n"
            + "  context.progress(point.name());\n}");
  }

  @Test
  void hooks_of_a_point_come_by_priority_and_then_by_the_names_of_their_plugins() {
    Recipe recipe = ordered(ordered(ordered(ordered(BUSYBOX, "b", 7), "a", 7), "y", -1), "x", 300);
    String said = RUNNER.run(recipe.cmd("true")).stdout();
    List<String> order = List.of("y", "a", "b", "x");
    assertEquals(
        Stream.of("BEFORE_STAGE1", "BEFORE_CMD")
            .flatMap(point -> order.stream().map(name -> "[" + name + "] " + point))
            .toList(),
        said.lines().filter(line -> line.matches("\\[[abxy]\\] .*")).toList());
  }

  @Test
  void what_a_plugin_sees_cannot_be_changed() {
    Recipe recipe =
        hook(
                BUSYBOX.service("s", "#!/bin/sh\nexec sleep 1000\n"),
                "curious",
                "AFTER_SERVICES",
                """
                OsString x = OsString.of("X");
                List<Runnable> changes = List.of(
                    () -> context.environment().put(x, x),
                    () -> context.environment().clear(),
                    () -> context.container().environment().put(x, x),
                    () -> context.container().services().remove(0),
                    () -> context.container().passed().clear());
                int refused = 0;
                for (Runnable change : changes) {
                  try { change.run(); } catch (UnsupportedOperationException e) { refused++; }
                }
                context.progress("refused " + refused + " of " + changes.size());
                """)
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .cmd("true");
    Outcome outcome = RUNNER.run(recipe);
    assertTrue(outcome.stdout().contains("[curious] refused 5 of 5\n"), outcome.output());
  }

  @Test
  void the_environment_reaches_everything_byte_for_byte() {
    Recipe recipe =
        hook(
                BUSYBOX.env("WAS", "here").env("S6_CMD_WAIT_FOR_SERVICES", "1"),
                "sets",
                "BEFORE_STAGE1",
                """
                byte[] value = {'a', (byte) 0xff, '\\n', 'b'};
                context.set(OsString.of("FROM_PLUGIN"), OsString.of(value));
                context.set(OsString.of("SEEN"), context.environment().get(OsString.of("WAS")));
                context.remove(OsString.of("WAS"));
                """)
            .script(
                "/etc/cont-init.d/10",
                "#!/usr/bin/with-contenv sh\n"
                    + "printf 'init:%s:%s:%s:\\n' \"$FROM_PLUGIN\" \"$SEEN\" \"$WAS\"\n")
            .service(
                "s",
                "#!/usr/bin/with-contenv sh\nprintf 'service:%s:\\n' \"$FROM_PLUGIN\"\nexec sleep 1000\n")
            .sh("printf 'cmd:%s:\\n' \"$FROM_PLUGIN\"; sleep 0.5");
    for (String keep : new String[] {"0", "1"}) {
      String said = RUNNER.run(recipe.env("S6_KEEP_ENV", keep)).stdout();
      assertTrue(said.contains("init:a\u00ff\nb:here::\n"), said);
      assertTrue(said.contains("service:a\u00ff\nb:\n"), said);
      assertTrue(said.contains("cmd:a\u00ff\nb:\n"), said);
    }
  }

  @Test
  void what_is_set_later_reaches_what_starts_later() {
    Recipe recipe =
        hook(
                BUSYBOX,
                "later",
                "BEFORE_CMD",
                """
                context.set(OsString.of("LATER"), OsString.of("yes " + context.environment().get(OsString.of("BY_SCRIPT"))));
                """)
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nprintf script >/run/s6/container_environment/BY_SCRIPT\n")
            .sh("echo cmd:$LATER:");
    String said = RUNNER.run(recipe).stdout();
    assertTrue(said.contains("cmd:yes script:\n"), said);
  }

  @Test
  void a_veto_stops_the_container_with_its_code_and_message() {
    Recipe recipe =
        hook(
                BUSYBOX.sh("echo cmd runs"),
                "vetoes",
                "BEFORE_SERVICES",
                "throw new StageVeto(\"not on a Tuesday\", 42);")
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n")
            .service("s", "#!/bin/sh\necho service runs\nexec sleep 1000\n")
            .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish ran\n");
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(42, outcome.code(), outcome.output());
    assertTrue(
        outcome.stderr().contains("s6-overlay: fatal: plugin vetoes.jar: not on a Tuesday\n"),
        outcome.output());
    assertTrue(outcome.stdout().contains("init ran\n"), outcome.output());
    assertTrue(outcome.stdout().contains("finish ran\n"), outcome.output());
    assertFalse(outcome.stdout().contains("runs\n"), outcome.output());
  }

  @Test
  void a_veto_when_CMD_runs_already_has_its_own_code() {
    Recipe recipe =
        hook(BUSYBOX, "vetoes", "AFTER_CMD", "throw new StageVeto(\"not like this\", 42);");
    for (String cmd :
        List.of("exec sleep 1000", "trap 'exit 7' TERM; while true; do sleep 0.1; done")) {
      Outcome outcome = RUNNER.run(recipe.sh(cmd));
      assertEquals(42, outcome.code(), outcome.output());
      assertTrue(
          outcome.stderr().contains("fatal: plugin vetoes.jar: not like this\n"), outcome.output());
    }
  }

  /** Plugins that are no good, each in its own way, and one that works. */
  private static Recipe crowd() {
    Recipe recipe = BUSYBOX.env("S6_PLUGINS_TIMEOUT", "5000");
    recipe = recipe.file("/etc/s6/plugins/broken.jar", "this is no jar");
    recipe =
        hook(
            recipe,
            "throwing",
            "BEFORE_CONT_INIT",
            "throw new IllegalStateException(\"oh\\nno\");");
    recipe = hook(recipe, "hanging", "BEFORE_CONT_INIT", "while (true) Thread.onSpinWait();");
    recipe = hook(recipe, "exiting", "BEFORE_CONT_INIT", "System.exit(3);");
    recipe =
        hook(
            recipe,
            "linking",
            "BEFORE_CONT_INIT",
            "throw new NoSuchMethodError(\"'void s6j.spi.StageContext.newer()'\");");
    return hook(recipe, "working", "BEFORE_CMD", "context.progress(\"still here\");")
        .service("s", "#!/bin/sh\necho service runs\nexec sleep 1000\n")
        .env("S6_CMD_WAIT_FOR_SERVICES", "1");
  }

  @Test
  void plugins_that_are_no_good_are_named_and_the_container_goes_on() {
    try (Container container = RUNNER.start(crowd().sh("echo cmd runs; exec sleep 1000"))) {
      container.awaitText("cmd runs");
      String warned = container.stderr();
      for (String line :
          new String[] {
            "s6-overlay: warning: plugin broken.jar is left out: zip",
            "s6-overlay: warning: plugin throwing.jar: BEFORE_CONT_INIT: java.lang.IllegalStateException: oh\n",
            "s6-overlay: warning: plugin hanging.jar: BEFORE_CONT_INIT takes longer than 5000 ms"
                + " (S6_PLUGINS_TIMEOUT): it is left out\n",
            "s6-overlay: warning: plugin exiting.jar: called System.exit: it is left out, and its thread"
                + " does not go on\n",
            "s6-overlay: warning: plugin linking.jar: BEFORE_CONT_INIT: built for another version of s6j.spi:"
                + " there is no 'void s6j.spi.StageContext.newer()'\n"
          }) {
        assertTrue(warned.contains(line), line + "\nis not in\n" + warned);
      }
      assertTrue(container.stdout().contains("[working] still here\n"), container.stdout());
      container.awaitText("service runs");
      // The same runtime still supervises.
      container.execOk("s6-svc", "-k", "/run/s6/services/s");
      container.awaitText("service runs", 2);
      container.signal(15);
      assertEquals(143, container.awaitExit().code(), container.stderr());
      assertFalse(container.stderr().contains("runtime has died"), container.stderr());
    }
  }

  @Test
  void strictness_makes_each_of_them_fatal() {
    for (String name : new String[] {"broken", "throwing", "hanging", "exiting"}) {
      Recipe recipe = BUSYBOX.env("S6_PLUGINS_STRICT", "1").env("S6_PLUGINS_TIMEOUT", "5000");
      recipe =
          switch (name) {
            case "broken" -> recipe.file("/etc/s6/plugins/broken.jar", "this is no jar");
            case "throwing" -> hook(recipe, name, "BEFORE_STAGE1", "throw new Exception(\"oh\");");
            case "hanging" -> hook(recipe, name, "BEFORE_CMD", "Thread.sleep(1000000);");
            default -> hook(recipe, name, "BEFORE_SERVICES", "System.exit(0);");
          };
      Outcome outcome = RUNNER.run(recipe.sh("echo cmd runs"));
      assertEquals(111, outcome.code(), outcome.output());
      assertTrue(
          outcome.stderr().contains("s6-overlay: fatal: plugin " + name + ".jar"),
          outcome.output());
      assertTrue(outcome.stderr().contains(" (S6_PLUGINS_STRICT)\n"), outcome.output());
      assertFalse(outcome.stdout().contains("cmd runs"), outcome.output());
    }
  }

  @Test
  void a_plugin_that_takes_the_runtime_down_is_left_out_by_the_next_one() {
    Recipe recipe = hook(BUSYBOX, "halting", "BEFORE_CMD", "Runtime.getRuntime().halt(7);");
    recipe =
        hook(recipe, "working", "BEFORE_CMD", "context.progress(\"still here\");")
            .service("s", "#!/bin/sh\necho service runs\nexec sleep 1000\n")
            .sh("echo cmd runs; sleep 1");
    Outcome outcome = RUNNER.run(recipe);
    assertTrue(
        outcome
            .stderr()
            .contains(
                "plugin halting.jar is left out: the runtime died while it was called"
                    + " (Runtime.halt, or out of memory?)\n"),
        outcome.output());
    assertTrue(outcome.stdout().contains("[working] still here\n"), outcome.output());
    assertEquals(1, outcome.stdout().split("service runs", -1).length - 1, outcome.output());
    assertTrue(outcome.stdout().contains("cmd runs\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @Test
  void a_hook_is_interrupted_when_the_container_is_to_stop() {
    Recipe recipe =
        hook(
            BUSYBOX,
            "waiting",
            "BEFORE_CONT_INIT",
            "context.progress(\"waiting\"); Thread.sleep(1000000);");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("[waiting] waiting");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code(), outcome.output());
      assertFalse(outcome.stderr().contains("plugin"), outcome.output());
    }
  }

  @Test
  void listeners_are_told_of_services() {
    Recipe recipe =
        PluginJar.write(
                BUSYBOX,
                "listening",
                "ServiceListener",
                """
                public void changed(ServiceStatus before, ServiceStatus now, ContainerView container) {
                  container.warn(now.name() + " " + before.state() + " to " + now.state() + ", "
                      + now.starts() + " starts, " + now.lastExit());
                  // Until it has been started twice it cannot have been stopped for ever.
                  if (now.starts() == 1
                      && container.services().stream().noneMatch(s -> s.name().equals(now.name())))
                    throw new IllegalStateException();
                }
                """)
            .service("s", "#!/bin/sh\nexec sleep 1000\n");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("plugin listening.jar: s DOWN to UP, 1 starts, Optional.empty\n");
      container.execOk("s6-svc", "-k", "/run/s6/services/s");
      container.awaitText(
          "plugin listening.jar: s UP to DOWN, 1 starts, Optional[Exit[code=256, signal=9]]\n");
      container.awaitText(
          "plugin listening.jar: s DOWN to UP, 2 starts, Optional[Exit[code=256, signal=9]]\n");
      container.signal(15);
      String warned = container.awaitExit().stderr();
      assertFalse(warned.contains("IllegalStateException"), warned);
    }
  }

  @Test
  void a_command_of_a_plugin_acts_as_its_caller() {
    Recipe recipe =
        PluginJar.write(
                BUSYBOX,
                "commanding",
                "CommandProvider",
                """
                public String name() { return "shout"; }
                public CommandResult run(CommandCall call) throws Exception {
                  String word = call.arguments().get(0).toString();
                  switch (word) {
                    case "read": call.out(call.read(call.arguments().get(1), 1000)); break;
                    case "write": call.write(call.arguments().get(1), "written\\n".getBytes(), 0600); break;
                    case "cat": for (byte[] b; (b = call.in(100)).length > 0; ) call.out(b); break;
                    case "throw": throw new IllegalStateException("oh");
                    case "exit": System.exit(5);
                    case "exec": return new CommandResult.Exec(
                        call.arguments().subList(1, call.arguments().size()),
                        Map.of(OsString.of("ONLY"), OsString.of("this")));
                    default: call.err((word.toUpperCase() + "!\\n").getBytes());
                  }
                  return CommandResult.exit(3);
                }
                """)
            .file("/secret", "only for root\n")
            .script("/etc/cont-init.d/10", "#!/bin/sh\nchmod 600 /secret\n")
            .sh("shout cmd; echo code $?; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("code 3\n");
      assertTrue(container.stderr().contains("CMD!\n"), container.stderr());
      String shout = "/run/s6/bin/shout";
      assertEquals("only for root\n", container.exec(shout, "read", "/secret").stdout());
      Outcome denied = container.exec("s6-setuidgid", "nobody", shout, "read", "/secret");
      assertEquals(111, denied.code());
      assertEquals("shout: fatal: Permission denied\n", denied.stderr());
      container.exec("sh", "-c", "cd /tmp && s6-setuidgid nobody " + shout + " write file");
      assertEquals(
          "nobody 600 written\n",
          container.execOk("sh", "-c", "echo $(stat -c '%U %a' /tmp/file) $(cat /tmp/file)"));
      assertEquals(
          "piped", container.exec("sh", "-c", "printf piped | " + shout + " cat").stdout());
      assertEquals("ONLY=this\n", container.exec(shout, "exec", "env").stdout());
      Outcome thrown = container.exec(shout, "throw");
      assertEquals(111, thrown.code());
      assertEquals("shout: fatal: java.lang.IllegalStateException: oh\n", thrown.stderr());
      Outcome exited = container.exec(shout, "exit");
      assertEquals(111, exited.code());
      assertEquals("shout: fatal: called System.exit\n", exited.stderr());
      container.awaitText("plugin commanding.jar: called System.exit");
      container.execOk("s6-svscanctl", "-a", "/run/s6/services");
    }
  }

  /** Something that begins with the container. */
  private static Recipe background(Recipe recipe, String name, String body) {
    return PluginJar.write(
        recipe,
        name,
        "Background",
        "public void begin(ContainerView container) throws Exception {\n" + body + "\n}");
  }

  @Test
  void a_plugin_that_takes_the_runtime_down_in_stage_1_is_left_out_and_no_other() {
    Recipe recipe = BUSYBOX.sh("echo cmd runs");
    recipe = hook(recipe, "first", "BEFORE_STAGE1", "Runtime.getRuntime().halt(7);");
    recipe = background(recipe, "second", "Runtime.getRuntime().halt(7);");
    recipe = hook(recipe, "working", "BEFORE_CMD", "context.progress(\"still here\");");
    Outcome outcome = RUNNER.run(recipe);
    for (String name : List.of("first", "second")) {
      assertTrue(
          outcome
              .stderr()
              .contains(
                  "plugin " + name + ".jar is left out: the runtime died while it was called"),
          outcome.output());
    }
    assertTrue(outcome.stdout().contains("[working] still here\n"), outcome.output());
    assertTrue(outcome.stdout().contains("cmd runs\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @Test
  void plugins_that_tell_nonsense_of_themselves_are_named_and_the_container_goes_on() {
    Recipe recipe = BUSYBOX.sh("echo cmd runs");
    recipe =
        hook(
            recipe,
            "mute",
            "BEFORE_CONT_INIT",
            """
            throw new RuntimeException() {
              public String getMessage() { throw new IllegalStateException(); }
            };
            """);
    recipe =
        hook(
            recipe,
            "threads",
            "BEFORE_CMD",
            """
            Thread one = new Thread(() -> { throw new IllegalStateException("oh\\nno"); }, "mine");
            one.start();
            one.join();
            """);
    String[][] names = {{"nameless", "null"}, {"dots", "\"..\""}, {"endless", "\"x\".repeat(256)"}};
    for (String[] name : names) {
      recipe =
          PluginJar.write(
              recipe,
              name[0],
              "CommandProvider",
              "public String name() { return "
                  + name[1]
                  + "; }\npublic CommandResult run(CommandCall call) { return null; }");
    }
    recipe = recipe.file("/etc/s6/plugins/b\u00fcro.jar", "").file("/etc/s6/plugins/b\u00fcro", "");
    Outcome outcome = RUNNER.run(recipe);
    for (String line :
        new String[] {
          "ro.jar is left out: its name is not ASCII\n",
          "plugin mute.jar: BEFORE_CONT_INIT: stranger.mute.Main$1 (whose message cannot be had:"
              + " java.lang.IllegalStateException)\n",
          "plugin threads.jar: its thread \"mine\" has ended: java.lang.IllegalStateException: oh\n",
          "plugin nameless.jar is left out: java.lang.NullPointerException: the name of its command"
              + " is null\n",
          "plugin dots.jar: its command \"..\" is left out: it cannot be a name\n",
          "xxx\" is left out: it cannot be a name\n"
        }) {
      assertTrue(outcome.stderr().contains(line), line + "\nis not in\n" + outcome.output());
    }
    assertEquals(6, outcome.stderr().lines().count(), outcome.output());
    assertTrue(outcome.stdout().contains("cmd runs\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @Test
  void a_veto_without_a_message_is_a_veto() {
    Outcome outcome =
        RUNNER.run(hook(BUSYBOX, "vetoes", "BEFORE_CMD", "throw new StageVeto(null, 42);"));
    assertEquals(42, outcome.code(), outcome.output());
    assertTrue(
        outcome.stderr().contains("s6-overlay: fatal: plugin vetoes.jar: stops the container\n"),
        outcome.output());
  }

  @Test
  void every_plugin_that_calls_System_exit_is_named_and_its_callers_do_not_wait() {
    Recipe recipe = BUSYBOX;
    for (String name : List.of("one", "two")) {
      recipe =
          PluginJar.write(
              recipe,
              name,
              "CommandProvider",
              "public String name() { return \""
                  + name
                  + "\"; }\npublic CommandResult run(CommandCall call) { System.exit(0); return null; }");
    }
    Outcome outcome = RUNNER.run(recipe.sh("one; echo code $?; two; echo code $?"));
    assertTrue(outcome.stdout().contains("code 111\ncode 111\n"), outcome.output());
    for (String name : List.of("one", "two")) {
      assertTrue(
          outcome.stderr().contains("plugin " + name + ".jar: called System.exit"),
          outcome.output());
    }
  }

  @Test
  void the_streams_of_the_JVM_are_not_a_plugins_to_read_and_close() {
    Recipe recipe =
        hook(
                BUSYBOX,
                "streams",
                "BEFORE_STAGE1",
                """
                System.out.println("read " + System.in.read());
                System.in.close();
                System.out.close();
                System.err.close();
                """)
            .file("/etc/s6/plugins/broken/README", "")
            .service("s", "#!/bin/sh\necho service runs\nexec sleep 1000\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("sleep 0.2; exit 5");
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(5, outcome.code(), outcome.output());
    assertTrue(outcome.stdout().contains("read -1\n"), outcome.output());
    assertTrue(outcome.stdout().contains("service runs\n"), outcome.output());
    assertTrue(outcome.stdout().contains("[s6-finish] waiting for services."), outcome.output());
  }

  @Test
  void a_directory_that_cannot_be_read_is_said_so() {
    Recipe recipe =
        hook(BUSYBOX, "working", "BEFORE_CMD", "context.progress(\"here\");")
            .user(65534, 65534)
            .withoutCapabilities()
            .tmpfs("/run:mode=1777")
            .sh("echo cmd runs");
    String line = "plugin /etc/s6/plugins is left out: ";
    for (String closed : List.of("/etc/s6/plugins", "/etc/s6")) {
      Recipe without = recipe.item(closed, new Recipe.Item.Directory(0700));
      Outcome outcome = RUNNER.run(without);
      assertTrue(outcome.stderr().contains(line + "permission denied\n"), outcome.output());
      assertTrue(outcome.stdout().contains("cmd runs\n"), outcome.output());
      assertEquals(111, RUNNER.run(without.env("S6_PLUGINS_STRICT", "1")).code());
    }
    Outcome file = RUNNER.run(BUSYBOX.file("/etc/s6/plugins", "").cmd("true"));
    assertTrue(file.stderr().contains(line + "it is no directory\n"), file.output());
  }

  @Test
  void a_stop_in_stage_1_waits_for_no_plugin() {
    String wait = "System.out.println(\"waits\"); Thread.sleep(1000000);";
    String hang = "System.out.println(\"waits\"); while (true) Thread.onSpinWait();";
    Recipe patient = BUSYBOX.env("S6_KILL_GRACETIME", "6000");
    Recipe constructor =
        PluginJar.write(
            BUSYBOX,
            "waiting",
            "Background",
            "public Main() throws Exception { "
                + wait
                + " }\npublic void begin(ContainerView container) {}");
    for (Recipe recipe :
        List.of(
            constructor,
            hook(BUSYBOX, "waiting", "BEFORE_STAGE1", wait),
            background(BUSYBOX, "waiting", wait),
            // Longer than init would wait for a runtime that does not answer.
            hook(patient, "waiting", "BEFORE_STAGE1", hang))) {
      try (Container container = RUNNER.start(recipe.sh("echo cmd runs"))) {
        container.awaitText("waits\n");
        container.signal(15);
        Outcome outcome = container.awaitExit();
        assertEquals("", outcome.stderr(), outcome.output());
        assertEquals(0, outcome.code(), outcome.output());
        assertFalse(outcome.stdout().contains("cmd runs"), outcome.output());
      }
    }
  }

  @Test
  void strictness_does_not_stop_a_container_whose_CMD_runs() {
    Recipe recipe =
        background(
                BUSYBOX.env("S6_PLUGINS_STRICT", "1"),
                "once",
                "if (container.runtimeRestarts() > 0) throw new Exception(\"not again\");")
            .sh("echo cmd runs; exec sleep 1000");
    recipe = hook(recipe, "late", "AFTER_CMD", "throw new Exception(\"oh\");");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("cmd runs\n");
      container.awaitText("s6-overlay: warning: plugin late.jar: AFTER_CMD: oh\n");
      assertTrue(Jvm.kill(container));
      container.awaitText("s6-overlay: warning: plugin once.jar: not again\n");
      container.signal(15);
      assertEquals(143, container.awaitExit().code());
    }
  }

  @Test
  void a_plugin_that_always_takes_the_runtime_down_ends_up_alone() {
    Recipe recipe =
        background(
                BUSYBOX,
                "halting",
                """
                Thread bomb = new Thread(() -> {
                  java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
                  Runtime.getRuntime().halt(7);
                });
                bomb.setDaemon(true);
                bomb.start();
                """)
            .sh("echo cmd runs; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("the runtime was started again 3 times: plugins are left out");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(1, outcome.stdout().split("cmd runs", -1).length - 1, outcome.output());
      assertEquals(143, outcome.code(), outcome.output());
    }
  }

  @Test
  void without_a_plugin_nothing_of_them_is_loaded() {
    String options = "/usr/lib/s6j/runtime/conf/init.options";
    try (Container container =
        RUNNER.start(
            BUSYBOX
                .script("/etc/cont-init.d/10", "#!/bin/sh\nmkdir -p /etc/s6/plugins\n")
                .file(options, optionsWith("-Xlog:class+load:file=/tmp/classes"))
                .service("s", "#!/bin/sh\nexec sleep 1000\n")
                .sh("echo up; exec sleep 1000"))) {
      container.awaitText("up\n");
      String classes = container.execOk("cat", "/tmp/classes");
      assertTrue(classes.contains(" s6j.init.Stage1 "), classes);
      assertFalse(classes.contains("s6j.plugin."), classes);
      assertFalse(classes.contains("s6j.spi."), classes);
      assertFalse(classes.contains("s6j.init.Plugin"), classes);
    }
  }

  private static String optionsWith(String more) {
    try {
      return java.nio.file.Files.readString(
              Checkout.root().resolve("jlink/target/root/usr/lib/s6j/runtime/conf/init.options"))
          .replaceFirst("(?m)^-m ", more + "\n-m ");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_hook_cannot_hold_up_a_stop() {
    Recipe recipe =
        hook(
                BUSYBOX.env("S6_KILL_FINISH_MAXTIME", "500"),
                "lingering",
                "BEFORE_STOP",
                "context.progress(\"lingers\"); Thread.sleep(1000000);")
            .sh("exit 5");
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(5, outcome.code(), outcome.output());
    assertTrue(
        outcome
            .stderr()
            .contains(
                "plugin lingering.jar: BEFORE_STOP takes longer than 500 ms (S6_KILL_FINISH_MAXTIME)"),
        outcome.output());
  }

  @Test
  void an_image_with_its_own_jdk_has_plugins_as_well() {
    Recipe recipe =
        hook(
                Recipe.on(Image.OWN_JDK),
                "sets",
                "BEFORE_CMD",
                "context.set(OsString.of(\"FROM_PLUGIN\"), OsString.of(\"here\"));")
            .sh("echo cmd:$FROM_PLUGIN:");
    Outcome outcome = RUNNER.run(recipe);
    assertTrue(outcome.stdout().contains("cmd:here:\n"), outcome.output());
    assertEquals(0, outcome.code(), outcome.output());
  }

  @Test
  void a_health_check_that_hangs_or_throws_is_said_so() {
    Recipe recipe = BUSYBOX.env("S6_PLUGINS_TIMEOUT", "3000");
    for (String[] check :
        new String[][] {
          {"hangs", "while (true) Thread.onSpinWait();"},
          {"throws", "throw new Exception(\"oh\");"},
          {"is\\nnull", "return null;"},
          {"fine", "return \"\";"}
        }) {
      recipe =
          PluginJar.write(
              recipe,
              "check" + check[0].replaceAll("\\\\n.*", ""),
              "HealthCheck",
              "public String name() { return \""
                  + check[0]
                  + "\"; }\npublic Kind kind() { return Kind.LIVE; }\n"
                  + "public String check(ContainerView container) throws Exception { "
                  + check[1]
                  + " }");
    }
    try (Container container =
        RUNNER.start(PluginJar.ship(recipe.sh("echo up; exec sleep 1000"), "health"))) {
      container.awaitText("up\n");
      for (int i = 0; i < 2; i++) {
        Outcome outcome = container.exec("/run/s6/bin/s6j-health", "live");
        assertEquals(1, outcome.code(), outcome.output());
        assertEquals(
            "hangs: does not answer within 3000 ms (S6_PLUGINS_TIMEOUT)\n"
                + "is: java.lang.NullPointerException: its answer is null\nthrows: oh\n",
            outcome.stdout());
      }
    }
  }

  @Test
  void a_health_check_that_calls_System_exit_is_said_so() {
    Recipe recipe =
        PluginJar.write(
            BUSYBOX,
            "exits",
            "HealthCheck",
            """
            public String name() { return "exits"; }
            public Kind kind() { return Kind.LIVE; }
            public String check(ContainerView container) { System.exit(0); return ""; }
            """);
    Outcome outcome =
        RUNNER.run(PluginJar.ship(recipe, "health").sh("s6j-health live; s6j-health live"));
    assertEquals("exits: called System.exit\nlive\n", said(outcome), outcome.output());
  }

  /** What CMD has said. */
  private static String said(Outcome outcome) {
    return String.join(
        "",
        outcome
            .stdout()
            .lines()
            .filter(line -> line.startsWith("exits") || line.equals("live"))
            .map(line -> line + "\n")
            .toList());
  }

  @Test
  void a_hook_may_take_for_ever_if_it_says_so() {
    Recipe recipe =
        hook(
            BUSYBOX.env("S6_PLUGINS_TIMEOUT", "2000"),
            "patient",
            "BEFORE_CMD",
            """
            context.mayTake(java.time.temporal.ChronoUnit.FOREVER.getDuration());
            Thread.sleep(2500);
            context.progress("done");
            """);
    Outcome outcome = RUNNER.run(recipe.cmd("true"));
    assertTrue(outcome.stdout().contains("[patient] done\n"), outcome.output());
    assertEquals("", outcome.stderr());
  }
}
