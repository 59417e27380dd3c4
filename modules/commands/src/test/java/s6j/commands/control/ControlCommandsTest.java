package s6j.commands.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** s6-svscanctl, compared with the original and against its svscan; with-retries. */
class ControlCommandsTest {
  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(ControlCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void compare(String... words) {
    Outcome expected = both.original(Map.of(), words);
    Outcome actual = both.ours(words);
    String what = String.join(" ", words);
    assertEquals(expected.code(), actual.code(), what);
    // s6 2.11.3 has an empty word too many in one message.
    assertEquals(expected.stderr().replace("fatal: : ", "fatal: "), actual.stderr(), what);
  }

  @Test
  void svscanctl_says_why_nobody_was_reached_as_the_original_does() throws Exception {
    compare("s6-svscanctl");
    compare("s6-svscanctl", "-z");
    compare("s6-svscanctl", "-x", ".");
    compare("s6-svscanctl", "-a", "none");
    Files.writeString(directory.resolve("file"), "");
    compare("s6-svscanctl", "-a", "file");
    Path scan = Files.createDirectory(directory.resolve("scan"));
    compare("s6-svscanctl", "-a", "scan");
    Files.writeString(scan.resolve(".s6-svscan"), "");
    compare("s6-svscanctl", "-a", "scan");
    Files.delete(scan.resolve(".s6-svscan"));
    Files.createDirectory(scan.resolve(".s6-svscan"));
    compare("s6-svscanctl", "-a", "scan");
    assertEquals(0, both.ours("mkfifo", "-m", "600", "scan/.s6-svscan/control").code());
    compare("s6-svscanctl", "-a", "scan");
    compare("s6-svscanctl", "scan");
    compare("chmod", "755", ".");
    compare("setpriv", "--reuid=70", "--regid=71", "--clear-groups", "s6-svscanctl", "-a", "scan");
  }

  @Test
  void svscanctl_writes_its_letters_in_order() throws Exception {
    Path control = directory.resolve("scan/.s6-svscan/control");
    Files.createDirectories(control.getParent());
    for (String letters : List.of("zabhitqnN", "an", "t")) {
      Files.writeString(control, "");
      compare("s6-svscanctl", "-" + letters, "scan");
      assertEquals(letters, Files.readString(control));
    }
    Files.writeString(control, "");
    assertEquals(0, both.ours("s6-svscanctl", "-p", "-7", "scan").code());
    assertEquals("t", Files.readString(control));
  }

  @Test
  void svscanctl_stops_the_original_svscan() throws Exception {
    Files.createDirectory(directory.resolve("scan"));
    Process svscan =
        new ProcessBuilder("sh", "-c", "exec /usr/bin/s6-svscan -d4 scan 4>&1 >/dev/null")
            .directory(directory.toFile())
            .start();
    assertEquals('\n', svscan.getInputStream().read());
    assertEquals(new Outcome(0, "", ""), both.ours("s6-svscanctl", "scan"));
    assertEquals(0, both.ours("s6-svscanctl", "-az", "scan").code());
    assertTrue(svscan.isAlive());
    assertEquals(0, both.ours("s6-svscanctl", "-t", "scan").code());
    assertEquals(0, svscan.waitFor());
  }

  @Test
  void with_retries_stops_at_the_first_success() throws Exception {
    String script = "echo x >> log; test $(wc -l < log) -ge 2";
    assertEquals(new Outcome(0, "", ""), both.ours("with-retries", "-n", "5", "sh", "-c", script));
    assertEquals("x\nx\n", Files.readString(directory.resolve("log")));
  }

  @Test
  void with_retries_gives_up_with_code_1() throws Exception {
    assertEquals(1, both.ours("with-retries", "sh", "-c", "echo x >> log; exit 7").code());
    assertEquals("x\nx\nx\n", Files.readString(directory.resolve("log")));
    assertEquals(1, both.ours("with-retries", "sh", "-c", "kill -9 $$").code());
    assertEquals(1, both.ours("with-retries", "-n0", "true").code());
  }

  @Test
  void with_retries_ends_an_attempt_that_takes_too_long() throws Exception {
    long before = System.nanoTime();
    Outcome outcome =
        both.ours(
            "with-retries",
            "-n",
            "2",
            "-t",
            "200",
            "sh",
            "-c",
            "trap 'echo term >> log; exit' TERM; sleep 30 & wait");
    long millis = (System.nanoTime() - before) / 1_000_000;
    assertEquals(1, outcome.code());
    assertEquals(
        "with-retries: warning: sh has not ended after 200 ms\n".repeat(2), outcome.stderr());
    assertTrue(millis >= 400 && millis < 10_000, millis + " ms");
  }

  @Test
  void with_retries_leaves_signals_of_the_program_as_they_were() {
    Outcome outcome =
        both.ours("with-retries", "-n2", "sh", "-c", "grep SigBlk /proc/self/status; false");
    assertEquals("SigBlk:\t0000000000000000\n".repeat(2), outcome.stdout());
  }

  @Test
  void with_retries_of_a_program_that_is_not_there_fails() {
    Outcome outcome = both.ours("with-retries", "-n", "1", "nosuchprogram");
    assertEquals(1, outcome.code());
    assertEquals(
        "with-retries: fatal: unable to exec nosuchprogram: No such file or directory\n",
        outcome.stderr());
    assertEquals(100, both.ours("with-retries", "-t", "x", "true").code());
    assertEquals(100, both.ours("with-retries").code());
  }
}
