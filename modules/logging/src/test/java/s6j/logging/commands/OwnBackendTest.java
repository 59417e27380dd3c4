package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** The backends that need no plugin: stdout, json, dir. */
class OwnBackendTest {
  private static final String ISO = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z";
  private static CommandRunner runner;
  @TempDir Path temp;

  @BeforeAll
  static void serve() throws IOException {
    runner = CommandRunner.of(LoggingCommands.all());
  }

  @AfterAll
  static void stop() throws IOException {
    runner.close();
  }

  private String log(String input, String... script) {
    String[] command = new String[script.length + 1];
    command[0] = "s6-log";
    System.arraycopy(script, 0, command, 1, script.length);
    var outcome = runner.run(temp, input, Map.of(), command);
    assertEquals("0", outcome.code() + outcome.stderr());
    return outcome.stdout();
  }

  private void assertRefused(String expected, String action) {
    var outcome = runner.run(temp, "x\n", Map.of(), "s6-log", action);
    assertEquals("100s6-log: fatal: " + expected + "\n", outcome.code() + outcome.stderr(), action);
  }

  @Test
  void stdout_has_lines_as_they_are() {
    assertEquals("one\n\n\u00ff\nlast\n", log("one\n\n\u00ff\nlast", "plugin:stdout"));
  }

  @Test
  void stdout_names_the_service_and_the_time() throws IOException {
    assertEquals("[web] x\n", log("x\n", "plugin:stdout?prefix=service&service=web"));
    for (Map.Entry<String, String> time :
        Map.of("none", "", "iso", ISO + " ", "tai64n", "@4[0-9a-f]{23} ", "epoch", "\\d+\\.\\d{9} ")
            .entrySet()) {
      String line =
          log("x\n", "plugin:stdout?prefix=service&service=a%20b&timestamp=" + time.getKey());
      assertTrue(line.matches(time.getValue() + "\\[a b\\] x\n"), line);
    }
    Path directory = Files.createDirectories(temp.resolve("db/log"));
    Files.writeString(directory.resolve("run"), "");
    assertEquals(
        "[db] x\n",
        runner.run(directory, "x\n", Map.of(), "s6-log", "plugin:stdout?prefix=service").stdout());
  }

  @Test
  void json_has_an_object_a_line() {
    String line = log("say \"hi\"\t\\ \u0001\n", "plugin:json?service=web");
    assertTrue(
        line.matches(
            "\\{\"time\":\""
                + ISO
                + "\",\"service\":\"web\",\"message\":\"say "
                + "\\\\\"hi\\\\\"\\\\t\\\\\\\\ \\\\u0001\"}\n"),
        line);
    assertEquals("{\"message\":\"\"}\n", log("\n", "plugin:json?timestamp=none"));
    assertTrue(
        log("x\n", "plugin:json?timestamp=epoch")
            .matches("\\{\"time\":\\d+\\.\\d{9},\"message\":\"x\"}\n"));
  }

  @Test
  void json_is_utf_8_whatever_the_line_is() {
    String euro =
        new String("\u20ac".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String replaced =
        new String("\ufffd".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(
        "{\"message\":\"" + euro + replaced + "x\"}\n",
        log(euro + "\u00ffx\n", "plugin:json?timestamp=none"));
  }

  @Test
  void several_on_one_stdout_do_not_cut_each_other() {
    String input = Logs.lines(20_000);
    String out = log(input, "plugin:stdout", "plugin:json?timestamp=none", "1");
    assertEquals(60_000, out.lines().filter(l -> l.matches("(\\{.*})|(\\d{9} abcde)")).count());
    assertEquals(60_000, out.lines().count());
  }

  @Test
  void dir_is_a_log_directory() throws IOException {
    String input = Logs.lines(5000);
    log(input, "plugin:dir?path=./d&n=99&s=4096&l=100");
    Logs.assertText(input, Logs.all(temp.resolve("d")));
    assertTrue(Logs.archives(temp.resolve("d")).size() >= 80000 / 4096);
    assertEquals("744", Logs.mode(temp.resolve("d/current")));
    log("x\n", "plugin:dir?path=./e&timestamp=tai64n");
    assertTrue(Logs.all(temp.resolve("e")).matches("@4[0-9a-f]{23} x\n"));
  }

  @Test
  void dir_keeps_as_many_files_as_it_may() throws IOException {
    log(Logs.lines(5000), "plugin:dir?path=./d&n=3&s=4096");
    assertEquals(3, Logs.archives(temp.resolve("d")).size());
  }

  @Test
  void what_an_option_cannot_be_is_told() {
    assertRefused(
        "plugin:stdout: option 'prefix': expected none or service, found 'x'",
        "plugin:stdout?prefix=x");
    assertRefused(
        "plugin:stdout: option 'timestamp': expected none, iso, tai64n or epoch, found 'x'",
        "plugin:stdout?timestamp=x");
    assertRefused(
        "plugin:stdout: the logger does not run in a service directory: expected service=NAME as"
            + " well",
        "plugin:stdout?prefix=service");
    assertRefused(
        "plugin:dir: option 'path': expected the path of a log directory, beginning with / or .,"
            + " found ''",
        "plugin:dir");
    assertRefused("plugin:dir: unrecognized directive: nx", "plugin:dir?path=./d&n=x");
    assertRefused(
        "plugin:dir: unable to mkdir ./no/d: No such file or directory", "plugin:dir?path=./no/d");
  }
}
