package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** s6-tai64n, s6-tai64nlocal and ucspilogd beside the originals; the logutil programs. */
class HelpersTest {
  private static CommandRunner runner;
  @TempDir Path temp;

  @BeforeAll
  static void serve() throws IOException {
    runner = Logs.serveEverybody();
  }

  @AfterAll
  static void stop() throws IOException {
    runner.close();
  }

  @BeforeEach
  void open() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void compare(String input, Map<String, String> environment, String... words) {
    Map<String, String> theirs = new TreeMap<>(environment);
    theirs.put("PATH", "/usr/bin:/bin");
    CommandRunner.Outcome original = CommandRunner.runProgram(temp, input, theirs, words);
    CommandRunner.Outcome ours = runner.run(temp, input, environment, words);
    String shown = String.join(" ", words);
    Logs.assertText(original.stdout(), ours.stdout());
    assertEquals(original.stderr(), ours.stderr(), shown);
    assertEquals(original.code(), ours.code(), shown);
  }

  @Test
  void labels_become_local_time_as_by_the_original() {
    StringBuilder input = new StringBuilder("bar\n@zz\n @400000006b05498422dd048b x\n\n@\n");
    String[] labels = {
      "400000006b05498422dd048b", "400000006B05498422DD048B", "400000000000000a00000000",
      "4000000000000000000000zz", "0000000000000000ffffffff", "ffffffffffffffff00000000",
      "400000006b0549843b9ac9ff", "400000006b05498422dd048"
    };
    for (String label : labels) {
      for (String rest : new String[] {"", " foo", "xyz", " a\0b"}) {
        input.append('@').append(label).append(rest).append('\n');
      }
    }
    // Around the leap second at the end of 2016.
    for (long second = 0x4000000058684680L; second < 0x40000000586846c0L; second++) {
      input.append('@').append(Long.toHexString(second)).append("00000001 leap\n");
    }
    input.append("@400000006b05498422dd048b last");
    for (String zone : new String[] {"UTC", "America/New_York", "Asia/Kolkata", "EST5EDT"}) {
      compare(input.toString(), Map.of("TZ", zone), "s6-tai64nlocal");
      compare(input.toString(), Map.of("TZ", zone), "s6-tai64nlocal", "-g");
    }
    compare("", Map.of(), "s6-tai64nlocal");
    compare("", Map.of(), "s6-tai64nlocal", "-x");
  }

  @Test
  void lines_get_labels() {
    String input = "a\nb\0c\n\n" + "x".repeat(100_000) + "\nlast";
    String ours = runner.run(temp, input, Map.of(), "s6-tai64n").stdout();
    assertEquals(5, ours.split("\n").length);
    assertTrue(ours.matches("(?s)(@4[0-9a-f]{23} [^\n]*\n){5}"));
    Logs.assertText(input + "\n", ours.replaceAll("@4[0-9a-f]{23} ", ""));
    long now = System.currentTimeMillis() / 1000;
    long stamped = Long.parseLong(ours.substring(9, 17), 16) - 37;
    assertTrue(Math.abs(now - stamped) <= 2, ours.substring(0, 25));
    Logs.assertText(
        "a\nlast\n",
        runner.run(temp, "a\nlast", Map.of(), "sh", "-c", "s6-tai64n | cut -c 27-").stdout());
  }

  @Test
  void lines_of_any_length_are_the_same_as_by_the_original() {
    for (String end : List.of("", "\n", "\nnext\n", "\n<13>last")) {
      for (int length : new int[] {65_535, 65_536, 65_537, 131_072, 500_000}) {
        String rest = "x".repeat(length) + end;
        compare("@400000006b05498422dd048b" + rest, Map.of("TZ", "UTC"), "s6-tai64nlocal");
        compare("<14>" + rest, Map.of("A", "value"), "ucspilogd", "A");
      }
    }
  }

  /** What is kept of it is in the memory of everybody. */
  @Test
  void a_line_that_does_not_end_is_not_kept_until_it_does() throws Exception {
    for (String program : List.of("s6-tai64n", "s6-tai64nlocal", "ucspilogd")) {
      Path out = temp.resolve(program);
      Process filter = Logs.start(runner, temp, "sh", "-c", "exec " + program + " >" + program);
      Logs.send(filter, "x".repeat(300_000));
      Logs.await(program, () -> Logs.content(out).length() > 200_000);
      Logs.send(filter, "y\nz\n");
      assertEquals(0, Logs.end(filter));
      String seen = Logs.content(out).replaceAll("@.{24} ", "");
      Logs.assertText("x".repeat(300_000) + "y\nz\n", seen);
    }
  }

  @Test
  void syslog_priorities_become_words_as_by_the_original() {
    StringBuilder input = new StringBuilder();
    for (int priority = 0; priority < 220; priority++) {
      input.append('<').append(priority).append(">line ").append(priority).append('\n');
    }
    input.append("<1234>d\nnopri\n<>x\n<x>y\n<34x\n\n<13>\n<013>z\n<13>with\0nul\n");
    input.append("<13>").append("x".repeat(5000)).append("\nlast");
    compare(input.toString(), Map.of(), "ucspilogd");
    compare(input.toString(), Map.of("FOO", "bar"), "ucspilogd", "FOO", "NOPE");
    compare(input.toString(), Map.of("FOO", "bar"), "ucspilogd", "-D", "undef", "FOO", "NOPE");
    compare("", Map.of(), "ucspilogd");
    compare("", Map.of(), "ucspilogd", "-x");
  }

  private void ownLogDirectory() throws Exception {
    int code =
        new ProcessBuilder("sh", "-c", "mkdir d && chown nobody d")
            .directory(temp.toFile())
            .start()
            .waitFor();
    assertEquals(0, code);
  }

  private String owner() throws IOException {
    return Files.getOwner(temp.resolve("d/current")).getName();
  }

  @Test
  void a_service_is_logged_as_nobody_with_time_stamps() throws Exception {
    ownLogDirectory();
    for (String program : new String[] {"logutil-service", "logutil-service-main"}) {
      var outcome = runner.run(temp, "one\n", Map.of("S6_KEEP_ENV", "1"), program, "./d");
      assertEquals("", outcome.stderr());
      assertEquals(0, outcome.code());
    }
    assertEquals("nobody", owner());
    assertTrue(
        Logs.content(temp.resolve("d/current"))
            .matches("(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{9}  one\n){2}"));
  }

  /** What a processor of the logger is, where these are the accounts. */
  private String identity(String passwd, String group, String owner) throws Exception {
    Files.writeString(temp.resolve("passwd"), passwd);
    Files.writeString(temp.resolve("group"), group);
    String setUp =
        "mount --bind passwd /etc/passwd && mount --bind group /etc/group && mkdir "
            + owner
            + " && chown "
            + owner
            + " "
            + owner
            + " && exec logutil-service ./"
            + owner;
    var outcome =
        runner.run(
            temp,
            Logs.lines(300),
            Map.of("S6_KEEP_ENV", "1", "S6_LOGGING_SCRIPT", "s4096 ?id"),
            "unshare",
            "-m",
            "sh",
            "-c",
            setUp);
    assertEquals("0", outcome.code() + outcome.stderr());
    return Logs.content(Logs.archives(temp.resolve(owner)).getFirst());
  }

  @Test
  void nobody_has_its_groups_and_where_there_is_no_nobody_it_is_32768_and_has_none()
      throws Exception {
    assertEquals(
        "uid=7(nobody) gid=8 groups=8,9(g)\n",
        identity("nobody:x:7:8::/:/\n", "g:x:9:nobody\n", "7"));
    assertEquals(
        "uid=32768 gid=32768 groups=32768\n",
        identity("daemon:x:7:8::/:/\n", "g:x:9:nobody\n", "32768"));
  }

  @Test
  void the_script_is_taken_from_the_environment_if_that_is_kept() throws Exception {
    ownLogDirectory();
    Map<String, String> environment = Map.of("S6_KEEP_ENV", "1", "S6_LOGGING_SCRIPT", "- +b  pX");
    assertEquals(0, runner.run(temp, "a\nb\n", environment, "logutil-service", "./d").code());
    assertEquals("X b\n", Logs.content(temp.resolve("d/current")));
  }

  @Test
  void the_script_is_taken_from_the_container_environment_otherwise() throws Exception {
    ownLogDirectory();
    String setUp =
        "mount -t tmpfs tmpfs /run && mkdir -p /run/s6/container_environment"
            + " && printf '%s' 'pcontainer' >/run/s6/container_environment/S6_LOGGING_SCRIPT"
            + " && exec logutil-service ./d";
    var outcome =
        runner.run(
            temp, "one\n", Map.of("S6_LOGGING_SCRIPT", "pown"), "unshare", "-m", "sh", "-c", setUp);
    assertEquals("", outcome.stderr());
    assertEquals("container one\n", Logs.content(temp.resolve("d/current")));
  }

  @Test
  void without_root_the_logger_is_who_it_was() throws Exception {
    int code =
        new ProcessBuilder("sh", "-c", "mkdir d && chown daemon d")
            .directory(temp.toFile())
            .start()
            .waitFor();
    assertEquals(0, code);
    var outcome =
        runner.run(
            temp,
            "one\n",
            Map.of("S6_KEEP_ENV", "1"),
            "setpriv",
            "--reuid=daemon",
            "--clear-groups",
            "logutil-service",
            "./d");
    assertEquals("", outcome.stderr());
    assertEquals("daemon", owner());
  }

  @Test
  void a_logger_of_a_fifo_waits_for_its_first_writer() throws Exception {
    ownLogDirectory();
    assertEquals(0, runner.run(temp, "", Map.of(), "logutil-newfifo", "fifo").code());
    var outcome =
        runner.run(
            temp,
            "",
            Map.of("S6_KEEP_ENV", "1", "S6_LOGGING_SCRIPT", "n5"),
            "sh",
            "-c",
            "logutil-service -f fifo ./d & sleep 0.3; kill -0 $! && echo one >fifo; wait $!");
    assertEquals("", outcome.stderr());
    assertEquals(0, outcome.code());
    assertEquals("one\n", Logs.content(temp.resolve("d/current")));
  }

  @Test
  void a_new_fifo_has_the_mode_and_owner_that_were_asked_for() throws Exception {
    Files.writeString(temp.resolve("fifo"), "in the way");
    var outcome =
        runner.run(temp, "", Map.of(), "logutil-newfifo", "-m", "0640", "-o", "daemon", "fifo");
    assertEquals("", outcome.stderr());
    assertEquals("640", Logs.mode(temp.resolve("fifo")));
    assertEquals("daemon", Files.getOwner(temp.resolve("fifo")).getName());
    assertTrue(Files.readAttributes(temp.resolve("fifo"), "isOther").containsValue(true));
    assertEquals(0, runner.run(temp, "", Map.of(), "logutil-newfifo", "fifo").code());
    assertEquals("600", Logs.mode(temp.resolve("fifo")));
    assertEquals("root", Files.getOwner(temp.resolve("fifo")).getName());
  }

  @Test
  void what_cannot_be_is_told() throws Exception {
    Files.createDirectory(temp.resolve("dir"));
    tells(
        1,
        "logutil-service: fatal: too few arguments: expected a log directory",
        "logutil-service");
    tells(
        1,
        "logutil-service-main: fatal: too few arguments: expected a log directory",
        "logutil-service-main");
    tells(
        111,
        "logutil-service: fatal: unable to open nofifo for reading: No such file or directory",
        "logutil-service",
        "-f",
        "nofifo",
        "./d");
    String usage = "logutil-newfifo: usage: logutil-newfifo [ -m mode ] [ -o owner ] path";
    tells(100, usage, "logutil-newfifo");
    tells(100, usage, "logutil-newfifo", "-x", "f");
    tells(
        100,
        "logutil-newfifo: fatal: invalid mode: 0689: expected an octal number",
        "logutil-newfifo",
        "-m",
        "0689",
        "f");
    tells(
        1, "logutil-newfifo: fatal: unknown user: nosuch", "logutil-newfifo", "-o", "nosuch", "f");
    tells(
        111,
        "logutil-newfifo: fatal: unable to make fifo dir: Is a directory",
        "logutil-newfifo",
        "dir");
    tells(
        111,
        "logutil-newfifo: fatal: unable to make fifo no/f: No such file or directory",
        "logutil-newfifo",
        "no/f");
  }

  private void tells(int code, String line, String... words) {
    var outcome = runner.run(temp, "", Map.of("S6_KEEP_ENV", "1"), words);
    assertEquals(line + "\n", outcome.stderr());
    assertEquals(code, outcome.code());
  }
}
