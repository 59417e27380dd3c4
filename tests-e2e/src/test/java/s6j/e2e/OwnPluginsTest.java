package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The plugins that are shipped, each in a container. */
class OwnPluginsTest {
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final Runner RUNNER = Runner.NAMESPACE;

  /** Repeats a shell command until it succeeds. */
  private static String until(String condition) {
    return "i=0; until "
        + condition
        + "; do i=$((i+1)); [ $i -lt 400 ] || exit 1; sleep 0.05; done; ";
  }

  @Test
  void secrets_become_variables_of_all_there_is() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "secrets")
            .file("/run-secrets/db", "p\u00e4ss word\n")
            .env("FILE__DB_PASSWORD", "/run-secrets/db")
            .script(
                "/etc/cont-init.d/10",
                "#!/usr/bin/with-contenv sh\nprintf 'init:%s:\\n' \"$DB_PASSWORD\"\n")
            .service(
                "s",
                "#!/usr/bin/with-contenv sh\nprintf 'service:%s:\\n' \"$DB_PASSWORD\"\nexec sleep 1000\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("printf 'cmd:%s:\\n' \"$DB_PASSWORD\"; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("init:p\u00e4ss word:\n");
      container.awaitText("service:p\u00e4ss word:\n");
      container.awaitText("cmd:p\u00e4ss word:\n");
    }
  }

  @Test
  void a_secret_that_is_not_there_stops_the_container_unless_it_is_optional() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "secrets")
            .env("FILE__DB_PASSWORD", "/run/secrets/db")
            .sh("echo cmd runs");
    Outcome stopped = RUNNER.run(recipe);
    String problem =
        "plugin secrets.jar: FILE__DB_PASSWORD: unable to read /run/secrets/db: no such file\n";
    assertEquals(111, stopped.code(), stopped.output());
    assertTrue(stopped.stderr().contains("fatal: " + problem), stopped.output());
    assertFalse(stopped.stdout().contains("cmd runs"), stopped.output());
    Outcome goesOn = RUNNER.run(recipe.env("S6_SECRETS_OPTIONAL", "1"));
    assertEquals(0, goesOn.code(), goesOn.output());
    assertTrue(goesOn.stderr().contains("warning: " + problem), goesOn.output());
    assertTrue(goesOn.stdout().contains("cmd runs"), goesOn.output());
  }

  @Test
  void wait_for_holds_the_cmd_until_a_file_and_a_port_are_there() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "wait-for")
            .env("S6_WAIT_FOR", "127.0.0.1:41873 /tmp/ready")
            .env("S6_WAIT_FOR_BEFORE", "cmd")
            .env("S6_WAIT_FOR_TIMEOUT", "20000")
            .service("s", "#!/bin/sh\nsleep 0.5\ntouch /tmp/ready\nexec nc -ll -p 41873 -e true\n")
            .sh("ls /tmp/ready; echo cmd runs; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("cmd runs\n");
      String said = container.stdout();
      assertTrue(
          said.contains(
              "[wait-for] waiting for tcp://127.0.0.1:41873 (connection refused), file:/tmp/ready"
                  + " (not there)\n"),
          said);
      assertTrue(said.contains("[wait-for] all there\n"), said);
      assertTrue(said.contains("\n/tmp/ready\n"), said);
    }
  }

  @Test
  void wait_for_names_what_is_missing_when_the_time_is_over() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "wait-for")
            .env("S6_WAIT_FOR", "/etc/passwd /tmp/never http://127.0.0.1:41874/x")
            .env("S6_WAIT_FOR_TIMEOUT", "500")
            .script("/etc/cont-init.d/10", "#!/bin/sh\necho init ran\n")
            .sh("echo cmd runs");
    Outcome outcome = RUNNER.run(recipe);
    assertEquals(99, outcome.code(), outcome.output());
    assertTrue(
        outcome
            .stderr()
            .contains(
                "s6-overlay: fatal: plugin wait-for.jar: not there after 500 ms (S6_WAIT_FOR_TIMEOUT):"
                    + " file:/tmp/never (not there), http://127.0.0.1:41874/x (connection refused)\n"),
        outcome.output());
    assertFalse(outcome.stdout().contains("init ran"), outcome.output());
    assertFalse(outcome.stdout().contains("cmd runs"), outcome.output());
  }

  @Test
  void health_is_asked_for_by_command_and_by_http() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "health")
            .env("S6_HEALTH_LISTEN", "127.0.0.1:41875")
            .service("s", "#!/bin/sh\nexec sleep 1000\n")
            .service("r", "#!/bin/sh\n" + until("[ -e /tmp/go ]") + "echo >&3\nexec sleep 1000\n")
            .file("/etc/services.d/r/notification-fd", "3\n")
            .sh("s6j-health live; echo cmd: $?; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("cmd: 0\n");
      String health = "/run/s6/bin/s6j-health";
      container.execOk("sh", "-c", until("s6-svstat /run/s6/services/r | grep -q ^up"));
      container.execOk("sh", "-c", until("! " + health + " | grep -q starting"));
      Outcome notReady = container.exec(health);
      assertEquals(1, notReady.code(), notReady.output());
      assertEquals("services: r is not ready\n", notReady.stdout());
      assertEquals(
          "live\n", container.execOk("wget", "-q", "-O", "-", "http://127.0.0.1:41875/live"));
      Outcome unavailable = container.exec("wget", "-O", "-", "http://127.0.0.1:41875/ready");
      assertTrue(unavailable.output().contains("503"), unavailable.output());
      container.execOk("touch", "/tmp/go");
      container.execOk("sh", "-c", until(health + " >/tmp/said"));
      assertEquals("ready\n", container.execOk("cat", "/tmp/said"));
      assertEquals(
          "ready\n", container.execOk("wget", "-q", "-O", "-", "http://127.0.0.1:41875/ready"));
      assertEquals("ready\n", container.execOk("s6-setuidgid", "nobody", health, "ready"));
      assertEquals(100, container.exec(health, "well").code());
      container.execOk("s6-svc", "-wd", "-d", "/run/s6/services/s");
      container.execOk("sh", "-c", until(health));
      container.execOk("s6-svc", "-wu", "-u", "/run/s6/services/s");
      container.execOk("sh", "-c", until(health));
      container.execOk("s6-svc", "-p", "/run/s6/services/s");
      container.execOk("sh", "-c", until(health + " | grep -q '^services: s is paused$'"));
    }
  }

  @Test
  void metrics_are_at_a_port_or_a_socket() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "metrics")
            .env("S6_METRICS_LISTEN", "127.0.0.1:41876")
            .service("s", "#!/bin/sh\nexec sleep 1000\n")
            .sh("echo up; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("up\n");
      String page = "wget -q -O - http://127.0.0.1:41876/metrics";
      container.execOk("sh", "-c", until(page + " | grep -q '^s6j_service_up{service=\"s\"} 1$'"));
      container.execOk("s6-svc", "-k", "/run/s6/services/s");
      container.execOk(
          "sh",
          "-c",
          until(page + " | grep -q '^s6j_service_exits_total{service=\"s\",signal=\"9\"} 1$'"));
      container.execOk(
          "sh", "-c", until(page + " | grep -q '^s6j_service_restarts_total{service=\"s\"} 1$'"));
      container.execOk("sh", "-c", "(sleep 0 &) ; true");
      container.execOk(
          "sh", "-c", until(page + " | grep -q '^s6j_boot_seconds{point=\"after_cmd\"} '"));
      String all = container.execOk("sh", "-c", page);
      assertTrue(all.contains("\ns6j_runtime_restarts_total 0\n"), all);
      assertTrue(all.contains("\ns6j_orphans_reaped_total "), all);
    }
  }

  @Test
  void servers_are_there_again_when_the_runtime_had_to_be_started_again() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "metrics")
            .env("S6_METRICS_LISTEN", "unix:/run/metrics")
            .env("S6_HEALTH_LISTEN", "127.0.0.1:41877")
            .service("s", "#!/bin/sh\nexec sleep 1000\n")
            .sh("echo up; exec sleep 1000");
    try (Container container = RUNNER.start(PluginJar.ship(recipe, "health"))) {
      container.awaitText("up\n");
      String ready = until("wget -q -O - http://127.0.0.1:41877/ready | grep -q ^ready");
      container.execOk("sh", "-c", ready);
      assertEquals("srw-rw----\n", container.execOk("stat", "-c", "%A", "/run/metrics"));
      container.execOk("killall", "-9", "s6j-init");
      container.execOk("sh", "-c", until("/run/s6/bin/s6j-health | grep -q ^ready"));
      container.execOk("sh", "-c", ready);
    }
  }

  @Test
  void json_console_has_a_line_for_each_point_and_each_change_of_a_service() {
    Recipe recipe =
        PluginJar.ship(BUSYBOX, "json-console")
            .service("s", "#!/bin/sh\nexec sleep 1000\n")
            .env("S6_CMD_WAIT_FOR_SERVICES", "1")
            .sh("echo cmd runs; exec sleep 1000");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("cmd runs\n");
      container.awaitText("\"event\":\"point\",\"point\":\"after_cmd\",\"ms\":");
      container.awaitText(
          "\"event\":\"service\",\"service\":\"s\",\"from\":\"down\",\"to\":\"up\",");
      container.signal(15);
      String said = container.awaitExit().stdout();
      assertTrue(said.contains("\"point\":\"after_stage3\""), said);
      for (String line : said.lines().filter(line -> line.startsWith("{")).toList()) {
        assertTrue(line.matches("\\{\"time\":\"[^\"]+Z\",.*\\}"), line);
      }
    }
  }

  /** As in somebody's own program: no modules, and META-INF/services says what there is. */
  @Test
  void what_they_provide_is_found_on_a_plain_class_path_as_well() throws Exception {
    for (Path jar : shipped()) {
      List<String> provided;
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        provided =
            zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.matches("META-INF/services/.+"))
                .toList();
      }
      assertFalse(provided.isEmpty(), jar.toString());
      URL[] path = {jar.toUri().toURL(), PluginJar.spi().toUri().toURL()};
      try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
        for (String entry : provided) {
          Class<?> service = loader.loadClass(entry.substring("META-INF/services/".length()));
          assertTrue(ServiceLoader.load(service, loader).stream().count() > 0, jar + ": " + entry);
        }
      }
    }
  }

  private static List<Path> shipped() throws IOException {
    Path plugins = Image.BUSYBOX.withS6j().resolve("usr/lib/s6j/plugins");
    try (var jars = Files.list(plugins)) {
      List<Path> all = jars.sorted().toList();
      assertTrue(all.size() >= 9, all.toString());
      return all;
    }
  }

  @Test
  void the_template_is_a_plugin_that_works() {
    Recipe recipe = PluginJar.template(BUSYBOX.sh("hello there \"$GREETING\""));
    Outcome outcome = RUNNER.run(recipe.env("NAME", "Marley"));
    assertEquals(0, outcome.code(), outcome.output());
    assertTrue(outcome.stdout().contains("[greeting] says hello\n"), outcome.output());
    assertTrue(outcome.stdout().contains("\nthere\nhello Marley\n"), outcome.output());
    Outcome vetoed = RUNNER.run(recipe.env("NAME", "Scrooge"));
    assertEquals(1, vetoed.code(), vetoed.output());
    assertTrue(
        vetoed.stderr().contains("fatal: plugin greeting.jar: bah, humbug\n"), vetoed.output());
  }
}
