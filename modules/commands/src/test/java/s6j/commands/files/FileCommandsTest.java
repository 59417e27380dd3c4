package s6j.commands.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.Shim;

/** Attributes of files: changed by s6-chown, s6-chmod and fix-attrs, tested by s6-test. */
class FileCommandsTest {
  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(FileCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private String attributes(String name) throws Exception {
    Map<String, Object> map = Files.readAttributes(directory.resolve(name), "unix:uid,gid,mode");
    return map.get("uid")
        + ":"
        + map.get("gid")
        + " "
        + Integer.toOctalString((int) map.get("mode") & 07777);
  }

  @Test
  void chown_changes_what_it_is_given() throws Exception {
    Files.createFile(directory.resolve("f"));
    assertEquals(0, both.ours("s6-chown", "-u", "3", "f").code());
    assertEquals(0, both.ours("s6-chown", "-g4", "f").code());
    assertEquals("3:4", attributes("f").split(" ")[0]);
    assertEquals(0, both.ours(Map.of("UID", "5", "GID", "6"), "s6-chown", "-U", "f").code());
    assertEquals("5:6", attributes("f").split(" ")[0]);
    assertEquals(
        new Outcome(111, "", "s6-chown: fatal: unable to chown none: No such file or directory\n"),
        both.ours("s6-chown", "-u", "3", "none"));
    assertEquals(
        new Outcome(100, "", "s6-chown: fatal: UID not set\n"), both.ours("s6-chown", "-U", "f"));
    assertEquals(
        new Outcome(100, "", "s6-chown: fatal: invalid $UID\n"),
        both.ours(Map.of("UID", "x"), "s6-chown", "-U", "f"));
    assertEquals(100, both.ours("s6-chown", "-u", "daemon", "f").code());
    assertEquals(100, both.ours("s6-chown").code());
  }

  @Test
  void chmod_takes_octal_modes() throws Exception {
    Files.createFile(directory.resolve("f"));
    assertEquals(0, both.ours("s6-chmod", "4751", "f").code());
    assertEquals("0:0 4751", attributes("f"));
    assertEquals(
        new Outcome(
            111, "", "s6-chmod: fatal: unable to change mode of none: No such file or directory\n"),
        both.ours("s6-chmod", "644", "none"));
    for (String bad : List.of("u+x", "8", "", "10000")) {
      assertEquals(100, both.ours("s6-chmod", bad, "f").code(), bad);
    }
    assertEquals(100, both.ours("s6-chmod", "644").code());
  }

  @Test
  void fix_attrs_applies_the_rules_on_stdin_and_exits_0() throws Exception {
    Files.createDirectories(directory.resolve("d/e"));
    Files.createFile(directory.resolve("d/e/f"));
    Outcome outcome =
        both.oursReading(
            "# rules\n  d true 3:4 0640 2750\nd/e/f false nosuchuser 0 0\n\nd/e/f false 5:6 0600 -",
            "fix-attrs");
    assertEquals(0, outcome.code());
    assertEquals(
        "fix-attrs: warning: standard input: line 3: unknown user: nosuchuser; the line is skipped\n",
        outcome.stderr());
    assertEquals("3:4 2750", attributes("d/e"));
    assertEquals("5:6 600", attributes("d/e/f"));
    assertEquals(0, both.oursReading("", "fix-attrs").code());
  }

  @Test
  void fix_attrs_names_the_rule_file_and_with_e_tells_failure() throws Exception {
    Files.writeString(directory.resolve("rules"), "d false nosuchuser 0 0\n");
    Outcome outcome = both.ours("sh", "-c", "fix-attrs -e < rules");
    assertEquals(1, outcome.code());
    assertEquals(
        "fix-attrs: warning: "
            + directory
            + "/rules: line 1: unknown user: nosuchuser; the line is skipped\n",
        outcome.stderr());
    assertEquals(0, both.oursReading("d false 0:0 0644 0755", "fix-attrs", "-e").code());
    assertEquals(100, both.ours("fix-attrs", "file").code());
  }

  @Test
  void fix_attrs_includes_hidden_files_when_the_container_says_so() throws Exception {
    Files.createDirectories(directory.resolve("d"));
    Files.createFile(directory.resolve("d/.f"));
    Files.writeString(directory.resolve("rules"), "d true 3:4 0640 0750\n");
    String script =
        "mount -t tmpfs none /run; mkdir -p /run/s6/container_environment; cd " + directory;
    String[] fix = {"sh", "-c", "fix-attrs < rules"};
    both.ours(Originals.prepared(script, fix));
    assertEquals("0:0", attributes("d/.f").split(" ")[0]);
    both.ours(
        Originals.prepared(
            script + "; echo -n 1 >/run/s6/container_environment/S6_FIX_ATTRS_HIDDEN", fix));
    assertEquals("3:4 640", attributes("d/.f"));
  }

  private void compareTest(String... expression) {
    String[] ours = new String[expression.length + 1];
    System.arraycopy(expression, 0, ours, 1, expression.length);
    String[] theirs = ours.clone();
    ours[0] = "s6-test";
    theirs[0] = "eltest";
    assertEquals(
        both.original(Map.of(), theirs).code(),
        both.ours(ours).code(),
        () -> String.join(" ", ours));
  }

  @Test
  void test_answers_as_eltest_does() {
    String[] expressions = {
      "x",
      "-n",
      "-n x",
      "! x",
      "a = a",
      "a =",
      "= a",
      "=",
      "\\= = \\=",
      "-f = -f",
      "\\-f = \\-f",
      "( a )",
      "( )",
      "(",
      ")",
      "a b",
      "a -a b",
      "a -a",
      "! ! a",
      "! a -o b",
      "1 -eq 1",
      "1 -eq x",
      "+1 -eq 1",
      "-1 -lt 0",
      "01 -eq 1",
      "9999999999 -gt 1",
      "1 -eq 1 -eq 1",
      "-n -n",
      "-n \\-n",
      "\\\\a = \\a",
      "-n a = a",
      "a < b",
      "a <= a",
      "b > a",
      "a >= b",
      "a == a",
      "-t -1",
      "99999999999999999999 -gt 1",
      "a != b",
      "-v PATH",
      "-v NOPE",
      "-t x",
      "-t 99",
      "/ -ef /.",
      "/ -nt nofile",
      "nofile -nt /",
      "nofile -ot /",
      "/ -ot nofile",
      "-e nofile",
      "-d /",
      "( ( x ) )",
      "( x",
      "x )",
      "-",
      "--",
      "-zz",
      "-e -e",
      "-O /",
      "-G /",
      "-N /",
      "-w /",
      "-x /etc/passwd",
      "-x /bin/sh",
      "-k /tmp",
      "-u /bin/su",
      "-g /bin/su",
      "-S /",
      "-L /bin",
      "-h /usr",
      "-s /etc/passwd",
      "-s /dev/null",
      "-c /dev/null",
      "-b /dev/null",
      "-p /dev/null",
      "-r /etc/shadow",
      "-m /",
      "a -o 1 -eq x",
      "( a -o b ) -a c",
      "1 -ne 1",
      "1 -ge 1",
      "1 -le 0",
    };
    for (String expression : expressions) {
      compareTest(expression.split(" "));
    }
    compareTest();
    compareTest("");
    compareTest("-z", "");
    compareTest("!", "", "=", "-");
    compareTest("a", "-o", "", "-a", "");
    compareTest("", "-eq", "0");
    compareTest("\\");
  }

  @Test
  void test_agrees_with_eltest_on_arbitrary_words() {
    String[] words = {
      "a", "", "1", "-1", "b", "=", "<", "-eq", "-a", "-a", "-o", "-o", "!", "(", ")", "-n", "-z",
      "-d", "/", "\\=", "\\!"
    };
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      String[] expression = new String[1 + random.nextInt(7)];
      for (int k = 0; k < expression.length; k++) {
        expression[k] = words[random.nextInt(words.length)];
      }
      compareTest(expression);
    }
  }

  @Test
  void test_says_what_is_wrong() {
    assertEquals(
        new Outcome(100, "", "s6-test: fatal: -eq requires integer arguments\n"),
        both.ours("s6-test", "a", "-eq", "1"));
    assertEquals(
        new Outcome(
            100,
            "",
            "s6-test: fatal: parse error at argument 1: found b, expected -a, -o or the end\n"),
        both.ours("s6-test", "a", "b"));
    String[] deep = new String[2001];
    java.util.Arrays.fill(deep, "(");
    deep[0] = "s6-test";
    assertEquals(100, both.ours(deep).code());
    String[] wide = new String[20_000];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = i % 2 == 0 ? "-a" : "x";
    }
    wide[0] = "s6-test";
    assertEquals(0, both.ours(wide).code());
  }

  @Test
  void test_called_as_a_bracket_wants_the_closing_one() throws Exception {
    try (CommandRunner all = CommandRunner.of(FileCommands.all())) {
      Files.createSymbolicLink(all.directory().resolve("["), Shim.path());
      assertEquals(0, all.run("[", "a", "=", "a", "]").code());
      assertEquals(1, all.run("[", "a", "=", "b", "]").code());
      assertEquals(1, all.run("[", "]").code());
      assertEquals(0, all.run("[", "]", "]").code());
      Outcome unclosed =
          new Outcome(
              100,
              "",
              "s6-test: fatal: parse error: called as [, it needs ] as its last argument\n");
      assertEquals(unclosed, all.run("[", "a", "=", "a"));
      assertEquals(unclosed, all.run("[", "]", "a"));
      assertEquals(unclosed, all.run("["));
      assertEquals(0, all.run("s6-test", "]").code());
    }
  }

  @Test
  void a_chain_takes_the_bracket_that_is_on_the_path() throws Exception {
    Path own = Files.createDirectory(directory.resolve("own"));
    Files.writeString(own.resolve("["), "#!/bin/sh\necho of the image $#\n");
    own.resolve("[").toFile().setExecutable(true);
    try (CommandRunner all = CommandRunner.of(AllCommands.list())) {
      String[] line = {"s6-env", "[", "a", "]"};
      String path = all.directory().toString();
      assertEquals(
          new Outcome(0, "of the image 2\n", ""),
          all.run(directory, "", Map.of("PATH", path + ":" + own), line));
      assertEquals(new Outcome(0, "", ""), all.run(directory, "", Map.of("PATH", path), line));
    }
  }
}
