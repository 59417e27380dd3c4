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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The files of a service, row by row: docs/reference/service-directory.md. */
class ServiceDirectoryTest {
  private static final String FILE = "docs/reference/service-directory.md";
  private static final Recipe BUSYBOX = Recipe.on(Image.BUSYBOX);
  private static final Runner RUNNER = Runner.NAMESPACE;
  private static final String SERVICE = "/run/s6/services/s";
  private static final String STAYS = "exec sleep 1000\n";

  /** What nothing but KILL ends. */
  private static final String DEAF =
      "#!/bin/sh\ntrap 'echo got term' TERM\necho up\nwhile :; do sleep 0.05; done\n";

  private interface Body {
    void on(Container container);
  }

  /** A check in a container with one service. */
  private static Reference.Check with(Recipe recipe, String ready, Body body) {
    return (row, runner) -> {
      try (Container container = runner.start(recipe)) {
        container.awaitText(ready);
        body.on(container);
      }
    };
  }

  private static Recipe service(String run, String... files) {
    Recipe recipe = BUSYBOX.service("s", "#!/bin/sh\n" + run);
    for (int i = 0; i < files.length; i += 2) {
      recipe = recipe.script("/etc/services.d/s/" + files[i], files[i + 1]);
    }
    return recipe;
  }

  private static void svc(Container container, String... options) {
    List<String> words = new ArrayList<>(List.of("s6-svc"));
    words.addAll(List.of(options));
    words.add(SERVICE);
    container.execOk(words.toArray(String[]::new));
  }

  private static String stat(Container container, String fields) {
    return container.execOk("s6-svstat", "-o", fields, SERVICE).strip();
  }

  private static Map<String, Reference.Check> files() {
    Map<String, Reference.Check> all = new LinkedHashMap<>();
    all.put(
        "run",
        with(
            service("echo \"run of $1\"\n").file("/etc/services.d/t/run", "#!/bin/sh\necho mode\n"),
            "run of s\n",
            container -> {
              container.awaitText("run of s\n", 2);
              container.awaitText("mode\n");
            }));
    all.put(
        "finish",
        with(
            service("echo up\n", "finish", "#!/bin/sh\necho over\nexit 125\n"),
            "over\n",
            container -> {
              container.execOk("s6-svwait", "-D", "-t", "15000", SERVICE);
              assertEquals("false", stat(container, "wantedup"));
            }));
    all.put(
        "down",
        with(
            service("echo up\n" + STAYS, "down", ""),
            "[services.d] done.",
            container -> {
              assertEquals("false", stat(container, "up"));
              svc(container, "-wu", "-U");
              assertEquals(
                  "", container.execOk("sh", "-c", "ls " + SERVICE + " | grep -x down || :"));
              svc(container, "-wd", "-D");
              assertEquals(
                  "down\n", container.execOk("sh", "-c", "ls " + SERVICE + " | grep -x down"));
            }));
    all.put(
        "log",
        with(
            service(
                "echo a line\n" + STAYS,
                "log/run",
                "#!/bin/sh\nwhile read -r line; do echo \"logged: $line\"; done\n"),
            "logged: a line\n",
            container -> assertFalse(container.stdout().contains("\na line\n"))));
    all.put(
        "notification-fd",
        with(
            service(
                "until [ -e /go ]; do sleep 0.05; done; echo >&7\n" + STAYS,
                "notification-fd",
                "7\n"),
            "[services.d] done.",
            container -> {
              assertEquals("false", stat(container, "ready"));
              container.execOk("touch", "/go");
              container.execOk("s6-svwait", "-U", "-t", "15000", SERVICE);
            }));
    all.put(
        "timeout-kill",
        with(
            BUSYBOX.service("s", DEAF).file("/etc/services.d/s/timeout-kill", "100\n"),
            "up\n",
            container -> {
              svc(container, "-wd", "-T15000", "-d");
              assertEquals("9", stat(container, "signum"));
            }));
    all.put(
        "timeout-finish",
        with(
            service(
                "exit 0\n",
                "finish",
                "#!/bin/sh\necho finishes\nexec sleep 1000\n",
                "timeout-finish",
                "100\n"),
            "finishes\n",
            container -> {
              container.awaitText("finish script lifetime reached maximum value");
              container.awaitText("finishes\n", 2);
            }));
    all.put(
        "down-signal",
        with(
            service(
                "trap 'echo got usr1; exit 0' USR1\necho up\nwhile :; do sleep 0.05; done\n",
                "down-signal",
                "USR1\n"),
            "up\n",
            container -> {
              svc(container, "-wr", "-T15000", "-r");
              container.awaitText("up\n", 2);
              container.awaitText("got usr1\n");
              container.signal(15);
              assertEquals(0, container.awaitExit().code());
              container.awaitText("got usr1\n", 2);
            }));
    all.put(
        "reload-signal",
        with(
            service(
                "trap 'echo got winch' WINCH\necho up\nwhile :; do sleep 0.05; done\n",
                "reload-signal",
                "SIGWINCH\n"),
            "up\n",
            container -> {
              svc(container, "-l");
              container.awaitText("got winch\n");
            }));
    all.put(
        "max-death-tally",
        with(
            service("echo up\n", "max-death-tally", "2\n"),
            "up\n",
            container -> {
              container.awaitText("up\n", 4);
              assertEquals(2, container.execOk("s6-svdt", SERVICE).lines().count());
            }));
    all.put(
        "lock-fd",
        with(
            service("sleep 1000 &\necho up\n", "lock-fd", "5\n"),
            "up\n",
            container -> container.awaitText("supervise/service-lock is held")));
    all.put(
        "flag-timeout-killpg",
        with(
            service(
                "sh -c 'echo child $$; exec sleep 1000' &\ntrap '' TERM\nwhile :; do sleep 0.05; done\n",
                "timeout-kill",
                "100\n",
                "flag-timeout-killpg",
                ""),
            "child ",
            container -> {
              svc(container, "-wd", "-T15000", "-d");
              String pid = container.stdout().replaceFirst("(?s).*child (\\d+)\n.*", "$1");
              container.execOk(
                  "sh",
                  "-c",
                  "i=0; while kill -0 "
                      + pid
                      + " 2>/dev/null; do sleep 0.1; i=$((i+1)); [ $i -lt 100 ] || exit 1; done");
            }));
    all.put(
        "flag-newpidns",
        // Containers of both runners have no CAP_SYS_ADMIN.
        with(
            service("echo I am $$\n" + STAYS, "flag-newpidns", ""),
            "unable to spawn ./run: Operation not permitted",
            container -> {
              container.execOk("rm", SERVICE + "/flag-newpidns");
              svc(container, "-u");
              container.awaitText("I am ");
            }));
    all.put(
        "nosetsid",
        with(
            service("echo up\nexec probe see\n", "nosetsid", ""),
            "session leader no\n",
            container -> {}));
    all.put(
        "data",
        with(
            service(
                "exec s6-notifyoncheck -d -3 3 sleep 1000\n",
                "notification-fd",
                "3\n",
                "data/check",
                "#!/bin/sh\necho checked\n"),
            "checked\n",
            container -> container.execOk("s6-svwait", "-U", "-t", "15000", SERVICE)));
    all.put(
        "env",
        with(
            service(
                "exec s6-envdir ./env sh -c 'echo is $WHAT; exec sleep 1000'\n",
                "env/WHAT",
                "this\n"),
            "is this\n",
            container -> {}));
    Reference.Check own =
        with(
            service(STAYS, "supervise/mine", "", "event/mine", ""),
            "[services.d] done.",
            container -> {
              String listed =
                  container.execOk("ls", "-ld", SERVICE + "/supervise", SERVICE + "/event");
              assertFalse(listed.contains("->"), listed);
              assertFalse(
                  container
                      .execOk("ls", SERVICE + "/supervise", SERVICE + "/event")
                      .contains("mine"));
            });
    all.put("supervise", own);
    all.put("event", own);
    return all;
  }

  private static List<Reference.Row> rows(String heading) {
    return Reference.table(FILE, heading);
  }

  private static Set<String> keys(String heading) {
    return rows(heading).stream()
        .map(Reference.Row::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @TestFactory
  Stream<DynamicTest> each_file_of_a_service() {
    return Reference.eachRow(List.of(RUNNER), rows("Files of a service"), files());
  }

  @Test
  void the_files_that_the_supervisor_reads_are_in_the_table_and_no_others() {
    Set<String> known = KnownNames.files("supervise", "s6j.supervise.ServiceFiles");
    // Not a file's name, but what nosetsid may hold.
    assertTrue(known.remove("setpgrp"));
    known.addAll(List.of("run", "finish", "down", "log", "data", "env", "supervise", "event"));
    assertEquals(known, keys("Files of a service"));
  }

  @Test
  void finish_is_told_what_the_table_says() {
    Recipe recipe =
        BUSYBOX
            .file("/etc/services.d/s/down", "")
            .service("s", "#!/bin/sh\necho \"group $$\"\n[ -e /again ] || exit 5\nkill -9 $$\n")
            .script("/etc/services.d/s/finish", "#!/bin/sh\necho \"told $1 $2 $3 $4\"\n");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("[services.d] done.");
      for (int column = 1; column <= 2; column++) {
        svc(container, "-o");
        container.awaitText("told ", column);
        container.awaitText("\n", 1);
        List<String> said =
            container.stdout().lines().filter(line -> line.matches("(group|told) .*")).toList();
        String group = said.get(2 * column - 2).substring("group ".length());
        int at = column;
        assertEquals(
            rows("What finish is told").stream().map(row -> row.cells().get(at)).toList(),
            Stream.of(said.get(2 * column - 1).split(" "))
                .skip(1)
                .map(word -> word.equals(group) ? "group" : word)
                .toList());
        container.execOk("s6-svwait", "-D", "-t", "15000", SERVICE);
        container.execOk("touch", "/again");
      }
    }
  }

  @Test
  void the_supervisor_has_the_files_of_the_table_and_no_others() {
    Recipe recipe =
        BUSYBOX
            .service("s", DEAF)
            .file("/etc/services.d/s/timeout-kill", "1000000\n")
            .file("/etc/services.d/s/lock-fd", "5\n");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("up\n");
      svc(container, "-d");
      container.awaitText("got term\n");
      assertEquals(
          keys("supervise"),
          new TreeSet<>(container.execOk("ls", "-A", SERVICE + "/supervise").lines().toList()));
    }
  }

  @Test
  void the_events_of_a_life_come_in_the_order_of_the_table() {
    Recipe recipe =
        BUSYBOX
            .script("/new/run", "#!/bin/sh\necho >&3\nuntil [ -e /go ]; do sleep 0.05; done\n")
            .script("/new/finish", "#!/bin/sh\nexit 125\n")
            .file("/new/notification-fd", "3\n")
            .item("/new/event", new Recipe.Item.Directory(0700));
    List<Reference.Row> events = rows("event");
    String fifo = "/new/event/ftrig1:@0123456789abcdef01234567:abcdef";
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("[services.d] done.");
      String told =
          container.execOk(
              "sh",
              "-c",
              "mkfifo "
                  + fifo
                  + "\nexec 3<>"
                  + fifo
                  + "\nln -s /new /run/s6/services/s\n"
                  + "s6-svscanctl -a /run/s6/services\n"
                  + "until s6-svok "
                  + SERVICE
                  + "; do sleep 0.05; done\n"
                  + "s6-svwait -U -t 15000 "
                  + SERVICE
                  + "\ntouch /go\n"
                  + "s6-svwait -D -t 15000 "
                  + SERVICE
                  + "\nrm /run/s6/services/s\n"
                  + "s6-svscanctl -an /run/s6/services\n"
                  + "timeout 15 head -c "
                  + events.size()
                  + " <&3");
      assertEquals(events.stream().map(Reference.Row::key).collect(Collectors.joining()), told);
    }
  }

  private static final Map<String, Integer> SIGNALS = new LinkedHashMap<>();

  static {
    SIGNALS.put("SIGALRM", 14);
    SIGNALS.put("SIGHUP", 1);
    SIGNALS.put("SIGINT", 2);
    SIGNALS.put("SIGTERM", 15);
    SIGNALS.put("SIGQUIT", 3);
    SIGNALS.put("SIGUSR1", 10);
    SIGNALS.put("SIGUSR2", 12);
    SIGNALS.put("SIGPWR", 30);
    SIGNALS.put("SIGWINCH", 28);
  }

  /** What is said of a file in .s6-svscan, by its name. */
  private static Map<String, String> ofScan(int column) {
    Map<String, String> all = new LinkedHashMap<>();
    rows("The scan directory").forEach(row -> all.put(row.key(), row.cells().get(column)));
    return all;
  }

  @Test
  void init_does_with_the_files_of_its_scan_directory_what_the_table_says() {
    Recipe recipe =
        BUSYBOX.script(
            "/etc/cont-init.d/10",
            "#!/bin/sh\nmkdir -p /run/s6/services/.s6-svscan\n"
                + "for f in finish crash "
                + String.join(" ", SIGNALS.keySet())
                + "; do\n  printf '#!/bin/sh\\necho got %s\\n' $f >/run/s6/services/.s6-svscan/$f\n"
                + "  chmod +x /run/s6/services/.s6-svscan/$f\ndone\n");
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("[services.d] done.");
      assertScan(container, "/run/s6/services", ofScan(1));
      container.execOk("rm", "/run/s6/services/.s6-svscan/SIGTERM");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(0, outcome.code());
      assertFalse(outcome.stdout().contains("got finish"), outcome.output());
    }
  }

  @Test
  void s6_svscan_does_with_the_files_of_its_scan_directory_what_the_table_says() {
    Recipe recipe =
        BUSYBOX
            .script("/scan/.s6-svscan/finish", "#!/no/such/interpreter\n")
            .script("/scan/.s6-svscan/crash", "#!/bin/sh\necho got crash\nexit 9\n")
            .script("/scan/a/run", "#!/bin/sh\necho up\n" + STAYS)
            .entrypoint("/usr/bin/s6-svscan", "/scan");
    for (String signal : SIGNALS.keySet()) {
      recipe = recipe.script("/scan/.s6-svscan/" + signal, "#!/bin/sh\necho got " + signal + "\n");
    }
    try (Container container = RUNNER.start(recipe)) {
      container.awaitText("up\n");
      assertScan(container, "/scan", ofScan(2));
      container.execOk("rm", "/scan/.s6-svscan/SIGTERM");
      container.signal(15);
      Outcome outcome = container.awaitExit();
      assertEquals(9, outcome.code(), outcome.output());
      assertTrue(outcome.stdout().contains("got crash\n"), outcome.output());
    }
  }

  private static void assertScan(Container container, String directory, Map<String, String> said) {
    assertEquals(
        new TreeSet<>(said.keySet()),
        new TreeSet<>(container.execOk("ls", "-A", directory + "/.s6-svscan").lines().toList()));
    SIGNALS.forEach(
        (name, number) -> {
          container.signal(number);
          if (said.get(name).equals("runs it")) {
            container.awaitText("got " + name + "\n");
          }
        });
    said.forEach(
        (name, does) ->
            assertEquals(
                does.equals("runs it"), container.stdout().contains("got " + name + "\n"), name));
  }
}
