package s6j.commands.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.commands.portable.process.PortableProcessCommands;
import s6j.testing.CommandRunner.Outcome;

/** The portable utils about the calling process and what it goes on as. */
class PortableProcessCommandsTest {
  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(PortableProcessCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private static Outcome said(String text) {
    return new Outcome(0, text, "");
  }

  @Test
  void true_and_false_do_not_look_at_their_arguments() {
    assertEquals(said(""), both.ours("s6-true", "-x"));
    assertEquals(new Outcome(1, "", ""), both.ours("s6-false", "-x"));
    assertEquals(said(""), both.ours("s6-sync"));
  }

  @Test
  void clock_says_what_time_it_is() {
    long before = Instant.now().getEpochSecond();
    String label = both.ours("s6-clock").stdout();
    long after = Instant.now().getEpochSecond();
    assertTrue(label.matches("@4[0-9a-f]{23}\n"), label);
    long unix = HexFormat.fromHexDigitsToLong(label, 1, 17) - (1L << 62) - 37;
    assertTrue(before <= unix && unix <= after, label);
  }

  @Test
  void clock_sets_no_time_that_is_none_and_none_without_the_right_to() {
    assertEquals(100, both.ours("s6-clock", "now").code());
    assertEquals(100, both.ours("s6-clock", "@400000006b05652709").code());
    assertEquals(
        new Outcome(
            100,
            "",
            "s6-clock: fatal: @400000000000000000000000 is not a label of a time since 2017\n"),
        both.ours("s6-clock", "@400000000000000000000000"));
    assertEquals(
        new Outcome(111, "", "s6-clock: fatal: unable to set clock: Operation not permitted\n"),
        both.ours(
            "setpriv", "--reuid=70", "--clear-groups", "s6-clock", "@400000006b0565270947ec9e"));
  }

  @Test
  void env_goes_on_with_the_variables_changed() {
    Map<String, String> environment = Map.of("A", "1", "B", "2");
    assertEquals(
        said("1 3 x=y\n"),
        both.ours(environment, "s6-env", "B=3", "C=x=y", "sh", "-c", "echo $A $B $C"));
    assertEquals(said("C=\n"), both.ours(environment, "s6-env", "-i", "C="));
    assertEquals(said("C=3\n"), both.ours(environment, "s6-env", "-i", "C=3", "/usr/bin/env"));
    // The program is looked for on the PATH from before.
    assertEquals(said("C=3\n"), both.ours(environment, "s6-env", "-i", "C=3", "env"));
    assertEquals(both.ours(environment, "s6-env"), both.ours(environment, "s6-printenv"));
    Outcome missing = both.ours("s6-env", "A=1", "no-such-program");
    assertEquals(127, missing.code());
    assertEquals(
        "s6-env: fatal: unable to exec no-such-program: No such file or directory\n",
        missing.stderr());
  }

  @Test
  void printenv_separates_variables_as_it_is_told() {
    assertEquals("A=1|B=x y|S|", printenv(""));
    assertEquals("A=1|B=x y|S", printenv("-n"));
    assertEquals("A=1_B=x y_S_", printenv("-0"));
    assertEquals("A=1:B=x y:S:", printenv("-d :x"));
    assertEquals("3:A=1,5:B=x y,N", printenv("-d ''"));
  }

  /** With newlines as bars, NULs as underscores, and S for the variable of the test itself. */
  private String printenv(String options) {
    String script =
        "env -i A=1 'B=x y' S6J_SOCKET=$S6J_SOCKET \"$(command -v s6-printenv)\" "
            + options
            + " | tr '\\n\\0' '|_'";
    String said = both.ours("sh", "-c", script).stdout();
    return said.replaceFirst("[0-9]+:S6J_SOCKET=[^|_:,]*,", "N")
        .replaceFirst("S6J_SOCKET=[^|_:,]*", "S");
  }

  @Test
  void maximumtime_exits_as_the_program_does() {
    assertEquals(
        new Outcome(3, "", ""), both.ours("s6-maximumtime", "20000", "sh", "-c", "exit 3"));
    assertEquals(new Outcome(3, "", ""), both.ours("s6-maximumtime", "0", "sh", "-c", "exit 3"));
    assertEquals(
        new Outcome(111, "", "s6-maximumtime: warning: child process crashed\n"),
        both.ours("s6-maximumtime", "20000", "sh", "-c", "kill -9 $$"));
    assertEquals(100, both.ours("s6-maximumtime", "10").code());
    assertEquals(100, both.ours("s6-maximumtime", "x", "true").code());
    assertEquals(127, both.ours("s6-maximumtime", "20000", "no-such-program").code());
  }

  @Test
  void maximumtime_signals_what_takes_too_long_and_does_not_wait() throws Exception {
    Outcome late =
        new Outcome(
            99,
            "",
            "s6-maximumtime: warning: unable to wait for child process: Operation timed out\n");
    // A signal that is blocked all along stays pending, and can be looked for. Running a program,
    // a shell would unblock all.
    for (String[] pair :
        new String[][] {{"-x", "24"}, {"-q", "3"}, {"-t", "15"}, {"-1", "10"}, {"-0", "0"}}) {
      String program = "echo $$ > pid; exec sleep 300";
      assertEquals(
          late,
          both.ours(
              "env", "--block-signal", "s6-maximumtime", pair[0], "300", "sh", "-c", program));
      await("pid");
      String pid = Files.readString(directory.resolve("pid")).strip();
      Files.delete(directory.resolve("pid"));
      assertEquals(pair[1], pendingSignal(pid), pair[0]);
      both.ours("kill", "-9", pid);
    }
    assertEquals(late, both.ours("s6-maximumtime", "-k", "200", "sleep", "60"));
  }

  /** The number of the one signal that waits for the process, 0 for none. */
  private static String pendingSignal(String pid) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
      if (line.startsWith("ShdPnd:")) {
        long set = HexFormat.fromHexDigitsToLong(line.substring(7).strip());
        return String.valueOf(64 - Long.numberOfLeadingZeros(set));
      }
    }
    throw new AssertionError("no ShdPnd");
  }

  private void await(String file) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!Files.exists(directory.resolve(file)) || Files.size(directory.resolve(file)) == 0) {
      assertTrue(System.nanoTime() < deadline, file);
      Thread.sleep(20);
    }
  }

  @Test
  void nice_adds_to_the_nice_value() {
    int now = Integer.parseInt(both.original(Map.of(), "nice").stdout().strip());
    assertEquals(said(Math.min(now + 10, 19) + "\n"), both.ours("s6-nice", "nice"));
    assertEquals(said(Math.min(now + 3, 19) + "\n"), both.ours("s6-nice", "-n", "3", "nice"));
    assertEquals(said("19\n"), both.ours("s6-nice", "-n", "300", "nice"));
    String[] asUser = {"setpriv", "--reuid=70", "--clear-groups"};
    Outcome strict =
        both.ours(asUser[0], asUser[1], asUser[2], "s6-nice", "-i", "-n", "-30", "nice");
    assertEquals(
        new Outcome(111, "", "s6-nice: fatal: unable to nice: Permission denied\n"), strict);
    Outcome loose = both.ours(asUser[0], asUser[1], asUser[2], "s6-nice", "-n", "-30", "nice");
    assertEquals(
        new Outcome(0, now + "\n", "s6-nice: warning: unable to nice: Permission denied\n"), loose);
    assertEquals(100, both.ours("s6-nice").code());
    assertEquals(100, both.ours("s6-nice", "-n", "x", "true").code());
  }

  @Test
  void nuke_signals_all_but_itself_and_pid_1() {
    // Within a pid namespace of its own, whose PID 1 the shell is.
    String script = "sleep 300 & s=$!; s6-nuke \"$@\"; echo code $?; wait $s; echo $?";
    assertEquals("code 0\n137\n", nuke(script, "-k"));
    assertEquals("code 0\n143\n", nuke(script, "-t"));
    assertEquals("code 0\n129\n", nuke(script, "-h"));
    assertEquals(
        "code 111\ns6-nuke: fatal: unable to kill: No such process\n",
        nuke("s6-nuke \"$@\" 2>err; echo code $?; cat err", "-k"));
    assertEquals(said(""), both.ours("s6-nuke"));
  }

  private String nuke(String script, String option) {
    return both.ours("unshare", "-p", "-f", "--kill-child", "sh", "-c", script, "sh", option)
        .stdout();
  }

  @Test
  void pause_ends_by_a_signal_that_it_does_not_ignore() {
    // In SigIgn of /proc bit 0 is signal 1. TERM is the last that is ignored.
    String script =
        "\"$@\" & p=$!; "
            + "until grep -q 'SigIgn:.*[4-7c-f]...$' /proc/$p/status; do sleep 0.05; done; "
            + "kill -TERM $p; kill -HUP $p; kill -INT $p; kill -USR1 $p; wait $p; echo $?";
    assertEquals(
        "138\n", both.ours("sh", "-c", script, "sh", "s6-pause", "-h", "-i", "-t").stdout());
    assertEquals("138\n", both.ours("sh", "-c", script, "sh", "s6-pause", "-p", "1,2,15").stdout());
    assertEquals(100, both.ours("s6-pause", "-p", "x").code());
    assertEquals(100, both.ours("s6-pause", "-p", "0").code());
  }

  @Test
  void sleep_waits_and_goes_on() {
    long start = System.nanoTime();
    assertEquals(said("x\n"), both.ours("s6-sleep", "-m", "300", "echo", "x"));
    assertEquals(said(""), both.ours("s6-sleep", "1"));
    assertTrue(System.nanoTime() - start >= 1_300_000_000L);
    assertEquals(said(""), both.ours("s6-sleep", "0"));
    assertEquals(100, both.ours("s6-sleep", "1.5").code());
    assertEquals(100, both.ours("s6-sleep").code());
  }

  @Test
  void seekablepipe_makes_stdin_a_file_without_a_name() throws Exception {
    String reader = "cat; echo -; cat /proc/self/fd/0; test -e tmp || echo gone";
    assertEquals(
        said("a\nb\n-\na\nb\ngone\n"),
        both.oursReading("a\nb\n", "seekablepipe", "tmp", "sh", "-c", reader));
    Files.createFile(directory.resolve("taken"));
    assertEquals(
        new Outcome(111, "", "seekablepipe: fatal: unable to create taken: File exists\n"),
        both.ours("seekablepipe", "taken", "cat"));
    assertTrue(Files.exists(directory.resolve("taken")));
    assertEquals(100, both.ours("seekablepipe", "tmp").code());
    assertFalse(Files.exists(directory.resolve("tmp")));
  }
}
