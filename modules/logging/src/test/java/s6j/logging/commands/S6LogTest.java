package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** A running logger: signals, locks, processors, what happens when something cannot be written. */
class S6LogTest {
  private static final String LINE = "0123456789abcdef\n";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
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

  private Process start(String... words) throws IOException {
    return Logs.start(runner, temp, words);
  }

  private String current() {
    return Logs.content(temp.resolve("d/current"));
  }

  private void awaitCurrent(String content) throws InterruptedException {
    Logs.await("current is " + content, () -> current().equals(content));
  }

  private String stderr() {
    return Logs.content(temp.resolve("stderr"));
  }

  private int count() {
    try {
      return Logs.archives(temp.resolve("d")).size();
    } catch (IOException e) {
      return -1;
    }
  }

  private String all() {
    try {
      return Logs.all(temp.resolve("d"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Sends on a thread of its own, since the logger may stop reading. */
  private static Thread sending(Process logger, String text) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                Logs.send(logger, text);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Test
  void a_line_is_written_when_it_is_complete() throws Exception {
    Process logger = start("s6-log", "./d");
    Logs.send(logger, "one\ntw");
    awaitCurrent("one\n");
    Logs.send(logger, "o\n");
    awaitCurrent("one\ntwo\n");
    assertEquals(0, Logs.end(logger));
  }

  @Test
  void a_last_line_without_newline_is_not_lost() throws Exception {
    Process logger = start("s6-log", "./d");
    Logs.send(logger, "one\ntwo");
    awaitCurrent("one\n");
    assertEquals(0, Logs.end(logger));
    assertEquals("one\ntwo\n", current());
  }

  @Test
  void current_can_be_executed_when_it_is_complete() throws Exception {
    Process logger = start("s6-log", "./d");
    Logs.send(logger, "one\n");
    awaitCurrent("one\n");
    assertEquals("644", Logs.mode(temp.resolve("d/current")));
    assertEquals("700", Logs.mode(temp.resolve("d")));
    assertEquals(0, Logs.end(logger));
    assertEquals("744", Logs.mode(temp.resolve("d/current")));
    assertEquals(List.of("current", "lock", "state"), Logs.names(temp.resolve("d")));
  }

  @Test
  void files_have_the_umask_of_the_process() throws Exception {
    var outcome =
        runner.run(
            temp, LINE.repeat(500), Map.of(), "sh", "-c", "umask 027; exec s6-log s4096 ./d =st");
    assertEquals(0, outcome.code());
    assertEquals("740", Logs.mode(temp.resolve("d/current")));
    assertEquals("740", Logs.mode(Logs.archives(temp.resolve("d")).getFirst()));
    assertEquals("640", Logs.mode(temp.resolve("st")));
  }

  @Test
  void a_directory_with_a_logger_cannot_have_another() throws Exception {
    Process logger = start("s6-log", "./d");
    Logs.await("lock", () -> Files.exists(temp.resolve("d/current")));
    for (String other : List.of("s6-log", Logs.ORIGINAL)) {
      assertEquals(111, Logs.end(start(other, "./d")));
    }
    String line = "s6-log: fatal: unable to lock ./d/lock: Device or resource busy\n";
    assertEquals(line + line, stderr());
    assertEquals(0, Logs.end(logger));
    assertEquals(0, Logs.end(start("s6-log", "./d")));
  }

  @Test
  void a_directory_of_the_original_is_locked_for_us() throws Exception {
    Process logger = start(Logs.ORIGINAL, "./d");
    Logs.await("lock", () -> Files.exists(temp.resolve("d/current")));
    assertEquals(111, Logs.end(start("s6-log", "./d")));
    assertEquals(0, Logs.end(logger));
  }

  @Test
  void term_and_hup_end_it_after_what_has_come() throws Exception {
    for (String signal : List.of("TERM", "HUP")) {
      Process logger = start("s6-log", "./" + signal);
      Path current = temp.resolve(signal + "/current");
      Logs.send(logger, "one\n");
      Logs.await("one", () -> Logs.content(current).equals("one\n"));
      Logs.send(logger, "two\n");
      Logs.signal(logger, signal);
      assertEquals(0, Logs.ended(logger));
      assertEquals("one\ntwo\n", Logs.content(current));
      assertEquals("744", Logs.mode(current));
    }
  }

  @Test
  void the_rest_of_a_line_is_waited_for_and_nothing_more_is_read() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    try (var writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      Process logger =
          Logs.start(runner, temp, ProcessBuilder.Redirect.from(fifo.toFile()), "s6-log", "./d");
      writer.write("one\nbcd".getBytes());
      awaitCurrent("one\n");
      Logs.signal(logger, "TERM");
      // It must have been told to stop before the line goes on.
      assertFalse(logger.waitFor(100, TimeUnit.MILLISECONDS));
      writer.write("e\nnext\n".getBytes());
      assertEquals(0, Logs.ended(logger));
      assertEquals("one\nbcde\n", current());
      byte[] left = new byte[5];
      writer.readFully(left);
      assertEquals("next\n", new String(left));
    }
  }

  @Test
  void a_line_that_does_not_end_in_time_is_written_as_it_is() throws Exception {
    Process logger = start("s6-log", "-t", "100", "./d");
    Logs.send(logger, "one\nbcd");
    awaitCurrent("one\n");
    Logs.signal(logger, "TERM");
    assertEquals(0, Logs.ended(logger));
    assertEquals("one\nbcd\n", current());
  }

  @Test
  void with_p_term_does_nothing_and_hup_ends_it() throws Exception {
    Process logger = start("s6-log", "-p", "./d");
    Logs.send(logger, "one\n");
    awaitCurrent("one\n");
    Logs.signal(logger, "TERM");
    Logs.send(logger, "two\n");
    awaitCurrent("one\ntwo\n");
    Logs.signal(logger, "HUP");
    assertEquals(0, Logs.ended(logger));
  }

  @Test
  void alrm_begins_a_new_file_unless_it_would_be_empty() throws Exception {
    Process logger = start("s6-log", "./d");
    Logs.send(logger, "one\n");
    awaitCurrent("one\n");
    Logs.signal(logger, "ALRM");
    awaitCurrent("");
    Logs.await("archive", () -> count() == 1);
    Logs.signal(logger, "ALRM");
    Logs.send(logger, "two\n");
    awaitCurrent("two\n");
    assertEquals(1, count());
    assertEquals(0, Logs.end(logger));
    Path archive = Logs.archives(temp.resolve("d")).getFirst();
    assertTrue(archive.toString().endsWith(".s"));
    assertEquals("one\n", Logs.content(archive));
    assertEquals("744", Logs.mode(archive));
  }

  @Test
  void a_new_file_begins_every_so_many_seconds() throws Exception {
    Process logger = start("s6-log", "R1", "./d");
    Logs.send(logger, "one\n");
    Logs.await("archive", () -> count() == 1);
    Logs.send(logger, "two\n");
    Logs.await("archive", () -> count() == 2);
    assertEquals(0, Logs.end(logger));
    assertEquals("one\ntwo\n", all());
  }

  /** As with s6 before 2.8. */
  @Test
  void with_e_alerts_are_stamped() {
    var outcome = runner.run(temp, "one\ntwo\n", Map.of(), "s6-log", "-e", "2", "./d");
    assertEquals(0, outcome.code());
    assertTrue(
        outcome
            .stderr()
            .matches("s6-log: alert: @4[0-9a-f]{23} one\ns6-log: alert: @4[0-9a-f]{23} two\n"),
        outcome.stderr());
    assertEquals("one\ntwo\n", current());
  }

  @Test
  void it_says_when_it_is_ready() {
    var outcome =
        runner.run(
            temp, "x\n", Map.of(), "sh", "-c", "s6-log -d 3 ./d 3>ready; cat ready; ls d/current");
    assertEquals("\nd/current\n", outcome.stdout());
  }

  @Test
  void archived_files_are_kept_up_to_number_and_total_size() throws Exception {
    String input = "0123456789\n".repeat(10_000);
    assertEquals(0, runner.run(temp, input, Map.of(), "s6-log", "n3", "s4096", "l0", "./d").code());
    assertEquals(3, count());
    // A file ends with the first line that fills it: 373 lines of 11 bytes.
    assertEquals(373 * 11, Files.size(Logs.archives(temp.resolve("d")).getFirst()));
    assertEquals(
        0, runner.run(temp, input, Map.of(), "s6-log", "s4096", "l0", "S8300", "./d").code());
    assertEquals(2, count());
    assertEquals(0, runner.run(temp, input, Map.of(), "s6-log", "n0", "s4096", "l0", "./d").code());
    assertEquals(0, count());
  }

  @Test
  void a_directory_that_is_named_twice_is_one() {
    String input = "ab\ncd\n".repeat(3000);
    var outcome =
        runner.run(temp, input, Map.of(), "s6-log", "--", "n99", "s4096", "-c", "./d", "f", "./d");
    assertEquals("", outcome.stderr());
    Logs.assertText(input, all());
  }

  @Test
  void a_processor_makes_what_is_archived_and_hands_on_its_state() throws Exception {
    String processor =
        "?read n <&4; n=$((n+1)); echo $n >&5; echo file $n in $(pwd); wc -l; echo said >&2";
    Process logger = start("s6-log", "n9", processor, "./d");
    for (int i = 1; i <= 3; i++) {
      Logs.send(logger, "line\n".repeat(i));
      awaitCurrent("line\n".repeat(i));
      Logs.signal(logger, "ALRM");
      int n = i;
      Logs.await("archive " + i, () -> count() == n);
    }
    assertEquals(0, Logs.end(logger));
    String d = temp.resolve("d").toString();
    assertEquals("file 1 in " + d + "\n1\nfile 2 in " + d + "\n2\nfile 3 in " + d + "\n3\n", all());
    assertEquals("3\n", Logs.content(temp.resolve("d/state")));
    assertEquals("said\n".repeat(3), stderr());
    assertEquals(
        List.of("@.s", "@.s", "@.s", "current", "lock", "state"), Logs.names(temp.resolve("d")));
  }

  @Test
  void a_processor_that_fails_is_tried_again_and_lines_go_on_being_written() throws Exception {
    Process logger =
        start("s6-log", "n99", "r50", "s4096", "?test -e ../ok || exit 3; tr a-z A-Z", "./d");
    String input = Logs.lines(1000);
    Logs.send(logger, input);
    Logs.await("a warning", () -> stderr().contains("warning: processor failed in ./d\n"));
    Logs.await("more than the size", () -> current().length() > 8192);
    Files.createFile(temp.resolve("ok"));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, all().toLowerCase());
    assertTrue(Logs.content(Logs.archives(temp.resolve("d")).getFirst()).contains("ABCDE"));
  }

  @Test
  void a_processor_that_is_killed_is_tried_again() throws Exception {
    Process logger =
        start("s6-log", "n99", "r50", "s4096", "?test -e ../ok || kill -KILL $$; cat", "./d");
    String input = Logs.lines(1000);
    Logs.send(logger, input);
    Logs.await("a warning", () -> stderr().contains("warning: processor crashed in ./d\n"));
    Files.createFile(temp.resolve("ok"));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, all());
  }

  @Test
  void a_logger_whose_directory_is_removed_by_a_processor_ends_all_the_same() throws Exception {
    for (String processor : List.of("?cat; rm -rf ../d", "?rm -rf ../d; exit 1")) {
      Process logger = start("s6-log", "r50", "s4096", processor, "./d");
      Logs.send(logger, LINE.repeat(500));
      assertEquals(0, Logs.end(logger), processor);
      assertTrue(stderr().contains("logdir ./d: No such file or directory\n"), stderr());
    }
  }

  @Test
  void a_stdin_that_cannot_be_read_is_warned_of() throws Exception {
    assertEquals(0, Logs.ended(start("sh", "-c", "exec s6-log ./d < .")));
    assertEquals("s6-log: warning: unable to read from stdin: Is a directory\n", stderr());
  }

  @Test
  void processors_are_not_disturbed_by_the_signals_of_the_logger() throws Exception {
    Process logger = start("s6-log", "s4096", "?grep SigBlk /proc/self/status >&2; cat", "./d");
    Logs.send(logger, "x\n".repeat(3000));
    assertEquals(0, Logs.end(logger));
    assertTrue(stderr().startsWith("SigBlk:\t0000000000000000\n"), stderr());
  }

  @Test
  void what_cannot_be_written_is_kept_and_tried_again() throws Exception {
    // A limit of the file size is a disk that is full for this process only, and can be lifted.
    Process logger =
        start("sh", "-c", "trap '' XFSZ; ulimit -S -f 8; exec s6-log r50 s1000000 ./d");
    String input = LINE.repeat(5000);
    Logs.send(logger, input);
    Logs.await(
        "a warning",
        () -> stderr().contains("s6-log: warning: unable to write to ./d/current: File too large"));
    assertEquals(4096, Files.size(temp.resolve("d/current")));
    lift(logger);
    Logs.await("all of it", () -> current().length() == input.length());
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, current());
  }

  private static void lift(Process logger) throws Exception {
    int code =
        new ProcessBuilder("prlimit", "--pid", "" + logger.pid(), "--fsize=unlimited")
            .start()
            .waitFor();
    assertEquals(0, code);
  }

  private int warnings(String text) {
    return stderr().split(java.util.regex.Pattern.quote(text), -1).length - 1;
  }

  @Test
  void a_directory_that_was_removed_is_made_again() throws Exception {
    Process logger = start("s6-log", "r50", "./d");
    Logs.send(logger, "before\n");
    awaitCurrent("before\n");
    Logs.delete(temp.resolve("d"));
    int sent = 0;
    while (current().isEmpty()) {
      assertTrue(sent < 1000, "not made again: " + stderr());
      Logs.send(logger, 1000 + sent++ + "\n");
      Thread.sleep(20);
    }
    for (int i = 0; i < 100; i++) {
      Logs.send(logger, 1000 + sent++ + "\n");
    }
    assertEquals(0, Logs.end(logger));
    // What was written before it was seen is where the directory is: nowhere.
    int first = Integer.parseInt(current().substring(0, 4));
    StringBuilder expected = new StringBuilder();
    for (int i = first; i < 1000 + sent; i++) {
      expected.append(i).append('\n');
    }
    Logs.assertText(expected.toString(), current());
    assertEquals(1, warnings("unable to write to ./d/current: No such file or directory"));
    assertEquals("700", Logs.mode(temp.resolve("d")).replaceAll("^2", ""));
  }

  @Test
  void while_a_directory_cannot_be_made_again_lines_stay_in_the_pipe() throws Exception {
    Process logger = start("s6-log", "-b", "r20", "s10000000", "./d");
    Logs.send(logger, "before\n");
    awaitCurrent("before\n");
    Path directory = temp.resolve("d");
    Logs.delete(directory);
    Files.createFile(directory);
    for (int i = 0; warnings("Not a directory") == 0; i++) {
      assertTrue(i < 1000, stderr());
      Logs.send(logger, "line\n");
      Thread.sleep(20);
    }
    String input = LINE.repeat(60_000);
    Thread sender = sending(logger, input);
    assertFalse(sender.join(Duration.ofMillis(400)));
    // It is tried fifty times a second, and told once a minute.
    assertTrue(warnings("Not a directory") <= 2, stderr());
    Files.delete(directory);
    assertTrue(sender.join(PATIENCE));
    assertEquals(0, Logs.end(logger));
    String lines = current();
    Logs.assertText(input, lines.substring(lines.length() - input.length()));
  }

  @Test
  void a_file_that_was_removed_when_it_should_be_archived_is_replaced() throws Exception {
    Process logger = start("s6-log", "r50", "./d");
    Logs.send(logger, "before\n");
    awaitCurrent("before\n");
    Files.delete(temp.resolve("d/current"));
    Logs.signal(logger, "ALRM");
    Logs.await("a new one", () -> Files.exists(temp.resolve("d/current")));
    Logs.send(logger, "after\n");
    awaitCurrent("after\n");
    Logs.signal(logger, "ALRM");
    Logs.await("archived", () -> count() == 1);
    assertEquals(0, Logs.end(logger));
    assertEquals("after\n", all());
  }

  @Test
  void with_b_nothing_is_read_while_something_is_not_written() throws Exception {
    Process logger =
        start("sh", "-c", "trap '' XFSZ; ulimit -S -f 8; exec s6-log -b r50 s10000000 ./d");
    String input = LINE.repeat(60_000);
    Thread sender = sending(logger, input);
    Logs.await("a warning", () -> stderr().contains("File too large"));
    // A megabyte does not fit the pipe: the writer has to wait.
    assertFalse(sender.join(Duration.ofMillis(400)));
    lift(logger);
    assertTrue(sender.join(PATIENCE));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, current());
  }

  /** Twice what is read at a time is in the pipe of one that has had much to read. */
  @Test
  void the_writer_of_much_runs_ahead_while_its_logger_is_busy() throws Exception {
    String much = Logs.lines((2 << 20) / 16);
    String ahead = Logs.lines((100 << 10) / 16);
    Process logger = start("s6-log", "n100", "./d");
    Logs.send(logger, much);
    Logs.await("much is written", () -> all().length() == much.length());
    Logs.signal(logger, "STOP");
    Thread sending = sending(logger, ahead);
    sending.join(PATIENCE);
    assertFalse(sending.isAlive(), "the writer waits");
    Logs.signal(logger, "CONT");
    assertEquals(0, Logs.end(logger));
    Logs.assertText(much + ahead, all());
  }

  @Test
  void without_b_reading_goes_on_up_to_a_bound() throws Exception {
    Process logger =
        start("sh", "-c", "trap '' XFSZ; ulimit -S -f 8; exec s6-log r50 s10000000 ./d");
    String half = LINE.repeat(30_000);
    assertTrue(sending(logger, half).join(PATIENCE));
    Thread more = sending(logger, half.repeat(5));
    assertFalse(more.join(Duration.ofMillis(400)));
    lift(logger);
    assertTrue(more.join(PATIENCE));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(half.repeat(6), current());
  }

  @Test
  void stdout_that_is_closed_is_given_up_and_the_others_go_on() throws Exception {
    Process logger =
        start("sh", "-c", "(sleep 0.2; echo one; sleep 0.3; echo two) | s6-log 1 ./d | true");
    assertEquals(0, Logs.end(logger));
    awaitCurrent("one\ntwo\n");
    assertEquals(
        "s6-log: warning: unable to write to stdout, closing the stream - error was: Broken pipe\n",
        stderr());
  }

  @Test
  void stdout_whose_reader_is_slow_gets_all_and_blocks_nothing_else() throws Exception {
    Process logger = start("s6-log", "1", "n99", "./d");
    String input = LINE.repeat(20_000);
    assertTrue(sending(logger, input).join(PATIENCE));
    Logs.await("the directory has all", () -> all().equals(input));
    logger.getOutputStream().close();
    assertFalse(logger.waitFor(200, TimeUnit.MILLISECONDS));
    Logs.assertText(input, new String(logger.getInputStream().readAllBytes()));
    assertEquals(0, Logs.ended(logger));
  }

  @Test
  void stdout_is_left_as_it_was_found() {
    String flags = "grep flags /proc/self/fdinfo/1";
    String alone = runner.run(temp, "", Map.of(), "sh", "-c", flags).stdout();
    String after = runner.run(temp, "x\n", Map.of(), "sh", "-c", "s6-log 1; " + flags).stdout();
    assertEquals("x\n" + alone, after);
  }

  @Test
  void local_time_is_that_of_TZ() {
    for (String zone :
        List.of("UTC", "Asia/Kolkata", "CET-1CEST,M3.5.0,M10.5.0/3", ":America/New_York")) {
      Map<String, String> environment =
          Map.of("TZ", zone, "PATH", runner.directory() + ":/usr/bin:/bin");
      String theirs =
          CommandRunner.runProgram(temp, "x\n", environment, Logs.ORIGINAL, "T", "1").stdout();
      String ours = runner.run(temp, "x\n", environment, "s6-log", "T", "1").stdout();
      assertEquals(theirs.substring(0, 13), ours.substring(0, 13), zone);
      assertTrue(ours.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{9}  x\n"), ours);
    }
  }

  @Test
  void it_acts_as_whoever_has_called_it() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    var outcome =
        runner.run(
            temp, "x\n", Map.of(), "setpriv", "--reuid=12345", "--clear-groups", "s6-log", "./d");
    assertEquals("s6-log: fatal: unable to mkdir ./d: Permission denied\n", outcome.stderr());
    assertEquals(111, outcome.code());
  }

  @Test
  void a_status_file_that_cannot_be_replaced_leaves_nothing_beside_it() throws Exception {
    Files.createDirectory(temp.resolve("st"));
    var outcome = runner.run(temp, "x\n", Map.of(), "s6-log", "=st");
    assertEquals(
        "s6-log: warning: unable to write status file st: Is a directory\n", outcome.stderr());
    assertFalse(Files.exists(temp.resolve("st.new")));
  }
}
