package s6j.commands.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** Locks, limits, copies and background programs, beside the originals where they can be. */
class ProcessCommandsTest {
  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(ProcessCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void compare(String... words) {
    assertEquals(both.original(Map.of(), words), both.ours(words), String.join(" ", words));
  }

  /** Where ours has options that s6 2.11.3 has not, the usage line is longer. */
  private void compareCodes(String... words) {
    assertEquals(
        both.original(Map.of(), words).code(), both.ours(words).code(), String.join(" ", words));
  }

  // s6-setlock

  @Test
  void a_lock_that_is_free_is_taken_and_its_file_created() {
    compare("s6-setlock", "lock", "echo", "got it");
    compare("s6-setlock", "-r", "shared", "echo", "got it");
    compare("s6-setlock", "-n", "lock", "test", "-f", "shared");
    compare("s6-setlock", "-t", "1000", "lock", "echo", "got it");
    compare("s6-setlock", "-r", "nodir/lock", "true");
    compare("s6-setlock", "nodir/lock", "true");
    compare("s6-setlock", ".", "true");
    compare("s6-setlock", "lock", "nosuchprogram");
    compareCodes("s6-setlock", "lock");
    compareCodes("s6-setlock", "-t", "x", "lock", "true");
  }

  @Test
  void a_lock_that_the_original_has_is_not_taken_and_the_other_way_round() {
    String[] busy = {"-n", "lock", "true"};
    for (String holder : new String[] {"s6-setlock", "/usr/bin/s6-setlock"}) {
      for (String wanted : new String[] {"s6-setlock", "/usr/bin/s6-setlock"}) {
        Outcome outcome = both.ours(holder, "lock", wanted, busy[0], "-r", busy[1], busy[2]);
        // The same process may change its own lock; another one may not have it.
        assertEquals(new Outcome(0, "", ""), outcome);
        outcome = both.ours(holder, "lock", "sh", "-c", wanted + " -n lock true; echo $?");
        assertEquals("1\n", outcome.stdout());
        assertEquals(
            "s6-setlock: fatal: unable to lock lock: Device or resource busy\n", outcome.stderr());
        outcome = both.ours(holder, "lock", "sh", "-c", wanted + " -t 50 lock true; echo $?");
        assertEquals("1\n", outcome.stdout());
        assertEquals(
            "s6-setlock: fatal: unable to acquire lock: Connection timed out\n", outcome.stderr());
        outcome = both.ours(holder, "-r", "lock", "sh", "-c", wanted + " -n -r lock echo both");
        assertEquals(new Outcome(0, "both\n", ""), outcome);
        outcome =
            both.ours(holder, "-t", "20000", "lock", "sh", "-c", wanted + " -n lock true; echo $?");
        assertEquals("1\n", outcome.stdout());
      }
    }
  }

  @Test
  void a_lock_is_waited_for() throws Exception {
    String script =
        "s6-setlock lock sh -c 'echo > held; sleep 0.3; echo first' & "
            + "while ! test -e held; do sleep 0.01; done; s6-setlock %s lock echo second; wait";
    for (String wait : new String[] {"", "-N", "-t 20000"}) {
      Files.deleteIfExists(directory.resolve("held"));
      assertEquals(
          new Outcome(0, "first\nsecond\n", ""), both.ours("sh", "-c", script.formatted(wait)));
    }
  }

  @Test
  void the_lock_can_be_on_a_given_descriptor() {
    String script = "readlink /proc/self/fd/9 | sed 's,.*/,,'";
    assertEquals(
        new Outcome(0, "lock\n", ""),
        both.ours("s6-setlock", "-d", "9", "lock", "sh", "-c", script));
  }

  // s6-softlimit

  @Test
  void each_option_sets_its_soft_limit() {
    for (String option : "cdflmoprst".split("")) {
      compare("s6-softlimit", "-" + option, "200000000", "sh", "-c", "cat /proc/$$/limits");
    }
    compare("s6-softlimit", "-a", "500000000", "sh", "-c", "cat /proc/$$/limits");
    compare("s6-softlimit", "-o", "50", "-c", "0", "-c", "7", "cat", "/proc/self/limits");
  }

  @Test
  void a_limit_goes_up_to_the_hard_one_at_most() {
    compare("s6-softlimit", "-o", "=", "sh", "-c", "ulimit -n; ulimit -Hn");
    compare("s6-softlimit", "-o", "99999999999", "sh", "-c", "ulimit -n; ulimit -Hn");
    compare("s6-softlimit", "-c", "18446744073709551615", "sh", "-c", "ulimit -c");
    compare("sh", "-c", "ulimit -n 100; s6-softlimit -o 500 sh -c 'ulimit -n; ulimit -Hn'");
  }

  @Test
  void hard_limits_are_set_with_H() {
    Outcome outcome =
        both.ours("s6-softlimit", "-H", "-o", "100", "-h", "-c", "5", "cat", "/proc/self/limits");
    assertTrue(
        outcome.stdout().replaceAll(" +", " ").contains("Max open files 100 100 files"),
        outcome.stdout());
    assertTrue(
        outcome.stdout().replaceAll(" +", " ").contains("Max core file size 5 unlimited bytes"),
        outcome.stdout());
  }

  @Test
  void a_limit_that_is_none_is_wrong_usage() {
    for (String value : new String[] {"x", "", "-1", "+1", "=5", "18446744073709551616"}) {
      compareCodes("s6-softlimit", "-o", value, "true");
    }
    compareCodes("s6-softlimit", "-o", "5");
  }

  // s6-ioconnect

  @Test
  void both_directions_are_copied_until_they_have_ended() {
    String script =
        "mkfifo in out; (cat out; echo answer) > in & printf 'a question\\n' |"
            + " s6-ioconnect 6< in 7> out; echo $?; rm in out";
    compare("sh", "-c", script);
    String much =
        "mkfifo in out; cat out > in & head -c 3000000 /dev/zero |"
            + " s6-ioconnect -r 8 -w 9 8< in 9> out | wc -c; rm in out";
    compare("sh", "-c", much);
  }

  @Test
  void ioconnect_ends_when_nothing_moves_for_too_long() {
    compare(
        "sh",
        "-c",
        "mkfifo in; sleep 20 > in & s6-ioconnect -t 50 6< in 7> /dev/null < in; echo $?; kill $!; rm in");
    compareCodes("s6-ioconnect", "-r", "x");
    compareCodes("s6-ioconnect", "-r", "50");
  }

  @Test
  void ioconnect_gives_descriptors_back_as_they_were() {
    String script =
        "exec 5> file; flags() { grep flags /proc/self/fdinfo/5; }; before=$(flags);"
            + " s6-ioconnect -r 0 -w 5 < /dev/null > /dev/null; echo $?;"
            + " test \"$(flags)\" = \"$before\" && echo same";
    assertEquals(new Outcome(0, "0\nsame\n", ""), both.ours("sh", "-c", script));
  }

  @Test
  void ioconnect_gives_back_as_it_was_a_file_that_it_has_several_times_or_in_vain() {
    String script =
        "mkfifo fifo; exec 5<> fifo; flags() { grep flags /proc/self/fdinfo/5; }; before=$(flags);"
            + " s6-ioconnect -t 50 <&5 >&5 7>&5 %s; echo $?;"
            + " test \"$(flags)\" = \"$before\" && echo same; rm fifo";
    assertEquals("1\nsame\n", both.ours("sh", "-c", script.formatted("6<&5")).stdout());
    assertEquals("111\nsame\n", both.ours("sh", "-c", script.formatted("6<&-")).stdout());
  }

  @Test
  void ioconnect_takes_the_letters_that_once_named_sockets() {
    compareCodes("s6-ioconnect", "-0167", "-r", "50");
    compareCodes("s6-ioconnect", "-2", "-r", "50");
    compare("sh", "-c", "s6-ioconnect -67 6< /dev/null 7> /dev/null; echo $?");
  }

  // s6-fghack

  @Test
  void fghack_stays_until_what_the_program_left_behind_is_gone() {
    compare(
        "s6-fghack",
        "sh",
        "-c",
        "rm -f go; (until test -e go; do sleep 0.02; done; echo gone) & echo started; echo > go; exit 3");
    compare("s6-fghack", "sh", "-c", "set -- /proc/$$/fd/*; echo $#");
    compare("s6-fghack", "true");
    compareCodes("s6-fghack", "nosuchprogram");
    compare("s6-fghack");
  }

  @Test
  void fghack_tells_of_a_program_that_writes_where_it_must_not() {
    compare("s6-fghack", "sh", "-c", "echo x >&8");
  }

  @Test
  void fghack_ends_with_an_approximation_of_the_exit_code() {
    assertEquals(137, both.ours("s6-fghack", "sh", "-c", "kill -9 $$").code());
    assertEquals(128, both.ours("s6-fghack", "sh", "-c", "exit 200").code());
    assertEquals(127, both.ours("s6-fghack", "sh", "-c", "exit 127").code());
  }

  // s6-background-watch, which s6 2.11.3 does not have

  /** Leaves a background process that ends with 7 on TERM, 8 on USR1, 9 when told to stop. */
  private static final String DAEMON =
      "cat > daemon.sh <<'END'\ntrap 'exit 7' TERM; trap 'exit 8' USR1; echo $$ > pid\n"
          + "n=0; while test $n -lt 1000 && ! test -e stop; do sleep 0.02; n=$((n + 1)); done; exit 9"
          + "\nEND\nwatch() { rm -f pid ready; s6-background-watch \"$@\" -d 5 pid sh -c"
          + " 'sh daemon.sh & exit 0' 5> ready & w=$!; n=0; until test -s ready; do sleep 0.02; n=$((n + 1)); test $n -lt 1000 || exit 90; done; }; ";

  @Test
  void background_watch_ends_with_the_background_process() {
    assertEquals(
        new Outcome(0, "9\n", ""),
        both.ours("sh", "-c", DAEMON + "watch; echo > stop; wait $w; echo $?"));
  }

  @Test
  void background_watch_passes_signals_on() {
    assertEquals(
        new Outcome(0, "7\n8\n", ""),
        both.ours(
            "sh",
            "-c",
            DAEMON + "for s in TERM USR1; do watch -t 20000; kill -$s $w; wait $w; echo $?; done"));
  }

  @Test
  void background_watch_does_not_take_somebody_else_for_its_process() {
    assertEquals(
        new Outcome(
            0,
            "99\n",
            "s6-background-watch: fatal: timed out waiting for a process named by pid\n"),
        both.ours("sh", "-c", "echo $$ > pid; s6-background-watch -t 50 pid true; echo $?"));
  }

  @Test
  void background_watch_tells_of_a_program_that_fails() {
    assertEquals(
        new Outcome(3, "", "s6-background-watch: fatal: sh exited 3\n"),
        both.ours("s6-background-watch", "pid", "sh", "-c", "exit 3"));
    assertEquals(127, both.ours("s6-background-watch", "pid", "nosuchprogram").code());
    assertEquals(100, both.ours("s6-background-watch", "pid").code());
    assertEquals(100, both.ours("s6-background-watch", "-tx", "pid", "true").code());
  }
}
