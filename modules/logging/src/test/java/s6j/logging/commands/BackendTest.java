package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogDestination;
import s6j.testing.CommandRunner;

/** Lines go to a plugin, whatever that does with them; or to it and elsewhere. */
class BackendTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TestBackend BACKEND = new TestBackend();
  private static CommandRunner runner;
  @TempDir Path temp;

  /** Each test has a destination of its own. */
  private final String to = "t" + System.nanoTime();

  private final TestBackend.Taken taken = BACKEND.taken(to);

  @BeforeAll
  static void serve() throws IOException {
    runner = CommandRunner.of(LoggingCommands.all(() -> List.of(BACKEND)));
  }

  @AfterAll
  static void stop() throws IOException {
    runner.close();
  }

  private String action(String more) {
    return "plugin:test?to=" + to + more;
  }

  private Process start(String... words) throws IOException {
    return Logs.start(runner, temp, words);
  }

  private String stderr() {
    return Logs.content(temp.resolve("stderr"));
  }

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
  void lines_come_whole_in_order_and_with_their_time() throws Exception {
    Instant before = Instant.now();
    String input = "one\n\nbytes \u00ff\u0080\n" + Logs.lines(20_000) + "last";
    var outcome = runner.run(temp, input, Map.of(), "s6-log", action(""));
    assertEquals("0", outcome.code() + outcome.stdout() + outcome.stderr());
    Logs.assertText(input + "\n", taken.text());
    assertTrue(taken.closed);
    Instant first = taken.raw().getFirst().at();
    assertFalse(first.isBefore(before.minusSeconds(1)) || first.isAfter(Instant.now()), "" + first);
    assertTrue(taken.calls.get() < 2000, "calls: " + taken.calls);
  }

  @Test
  void the_service_is_named_by_the_directory_of_its_logger() throws Exception {
    Path directory = Files.createDirectories(temp.resolve("web/log"));
    Files.writeString(directory.resolve("run"), "#!/bin/sh\n");
    runner.run(directory, "x\n", Map.of(), "s6-log", action(""));
    assertEquals("web", taken.configuration.service());
    Files.delete(directory.resolve("run"));
    runner.run(directory, "x\n", Map.of(), "s6-log", action(""));
    assertEquals("", taken.configuration.service());
  }

  @Test
  void options_are_decoded_and_those_of_the_logger_are_not_passed_on() {
    String script = action("&does=%2fa%20b%26c%3D%e2%82%ac+d&buffer=5000");
    assertEquals(0, runner.run(temp, "", Map.of(), "s6-log", script).code());
    assertEquals(Map.of("to", to, "does", "/a b&c=\u20ac+d"), taken.configuration.options());
    assertEquals(TestBackend.class.getClassLoader(), taken.contextLoader);
  }

  @Test
  void a_script_selects_stamps_and_hands_to_several() throws Exception {
    String input = "keep 1\ndrop 2\nkeep 3\n";
    var outcome =
        runner.run(
            temp, input, Map.of(), "s6-log", "--", "-drop", "t", "pmine:", action(""), "f", "./d");
    assertEquals("0", outcome.code() + outcome.stderr());
    assertTrue(taken.text().matches("(@[0-9a-f]{24} mine: keep \\d\n){2}"), taken.text());
    assertEquals("drop 2\n".replace("drop", "mine: drop"), Logs.all(temp.resolve("d")));
  }

  private void assertRefused(String expected, String... words) {
    String[] command = new String[words.length + 1];
    command[0] = "s6-log";
    System.arraycopy(words, 0, command, 1, words.length);
    var outcome = runner.run(temp, "x\n", Map.of(), command);
    assertEquals("s6-log: fatal: " + expected + "\n", outcome.stderr());
    assertEquals(100, outcome.code());
  }

  @Test
  void what_is_wrong_in_a_script_is_told_with_what_there_is() {
    assertRefused(
        "there is no log backend 'tset'; there are: dir, json, stdout, test", "plugin:tset");
    assertRefused("there is no log backend ''; there are: dir, json, stdout, test", "plugin:");
    assertRefused(
        "plugin:test: unknown option 'too'; there are: buffer, does, to", "plugin:test?too=x");
    assertRefused(
        "plugin:json: unknown option 'x'; there are: buffer, service, timestamp",
        "plugin:json?x=y");
    assertRefused("plugin:test: expected option=value, found 'to'", "plugin:test?to");
    assertRefused("plugin:test: expected option=value, found '=x'", "plugin:test?=x");
    assertRefused("plugin:test: option 'to' is there twice", "plugin:test?to=1&to=2");
    assertRefused(
        "plugin:test: expected two hexadecimal digits after % in '5%'", "plugin:test?to=5%");
    assertRefused(
        "plugin:test: option 'buffer': expected a number of bytes from 4096 to 67108864, found"
            + " '1k'",
        "plugin:test?buffer=1k");
  }

  @Test
  void a_backend_that_does_not_open_ends_the_logger_with_its_message() {
    assertRefused(
        "plugin:test: option 'does': found 'refuse', expected better", action("&does=refuse"));
    var outcome = runner.run(temp, "x\n", Map.of(), "s6-log", action("&does=break"));
    assertEquals(
        "111s6-log: fatal: unable to open plugin:test: java.lang.IllegalStateException: no"
            + " network\n",
        outcome.code() + outcome.stderr());
    assertEquals(List.of(), taken.lines());
  }

  @Test
  void a_batch_that_fails_is_given_again_and_each_reason_is_told_once() throws Exception {
    Process logger = start("s6-log", action("&does=fail"));
    Logs.send(logger, "one\ntwo\n");
    Logs.await("both lines", () -> taken.text().equals("one\ntwo\n"));
    assertEquals(0, Logs.end(logger));
    assertEquals(4, taken.calls.get());
    assertEquals(
        List.of(
            "s6-log: warning: plugin:test: refused",
            "s6-log: warning: plugin:test: java.lang.IllegalStateException: confused",
            "s6-log: warning: plugin:test: java.lang.StackOverflowError"),
        stderr().lines().toList());
  }

  @Test
  void while_a_backend_waits_lines_are_kept_up_to_the_bound_and_others_go_on() throws Exception {
    Process logger = start("s6-log", "n99", "s1000000", action("&does=wait&buffer=200000"), "./d");
    String input = Logs.lines(60_000);
    Thread sender = sending(logger, input);
    Logs.await("the first batch", () -> taken.calls.get() == 1);
    // 960,000 bytes: the bound, what is read at once and what the pipe holds are far below that.
    assertFalse(sender.join(Duration.ofMillis(300)));
    assertEquals(1, taken.calls.get());
    // Another logger in the same runtime.
    var other = runner.run(temp, "x\n", Map.of(), "s6-log", "./other");
    assertEquals(0, other.code());
    taken.gate.countDown();
    assertTrue(sender.join(PATIENCE));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, taken.text());
    Logs.assertText(input, Logs.all(temp.resolve("d")));
    assertEquals("", stderr());
  }

  /** One hangs, one does not even listen to interrupts: neither keeps the logger from its end. */
  @Test
  void a_backend_that_hangs_is_left_at_the_end_and_what_is_lost_is_told() throws Exception {
    Process hanging = start("s6-log", action("&does=hang"), "./d");
    Process deaf = start("s6-log", "plugin:test?does=deaf&to=x" + to, "./e");
    for (Process logger : List.of(hanging, deaf)) {
      Logs.send(logger, "one\ntwo\n");
    }
    Logs.await("d", () -> Logs.content(temp.resolve("d/current")).equals("one\ntwo\n"));
    Logs.await("e", () -> Logs.content(temp.resolve("e/current")).equals("one\ntwo\n"));
    try {
      Logs.signal(hanging, "TERM");
      Logs.signal(deaf, "TERM");
      assertEquals(0, Logs.ended(hanging));
      assertTrue(taken.interrupted.await(20, TimeUnit.SECONDS));
      assertEquals(0, Logs.ended(deaf));
    } finally {
      BACKEND.taken("x" + to).gate.countDown();
    }
    String line =
        "s6-log: warning: plugin:test: 2 lines were not taken within 5 seconds of the end, and are"
            + " lost";
    assertEquals(List.of(line, line), stderr().lines().toList());
    assertEquals("744", Logs.mode(temp.resolve("d/current")));
  }

  @Test
  void a_logger_can_be_ended_while_its_backend_opens() throws Exception {
    Process logger = start("s6-log", action("&does=hang-open"));
    Logs.await("opening", () -> taken.configuration != null);
    Logs.signal(logger, "TERM");
    assertEquals(143, Logs.ended(logger));
    assertTrue(taken.interrupted.await(20, TimeUnit.SECONDS));
  }

  @Test
  void a_destination_has_time_to_close() throws Exception {
    Process logger = start("s6-log", action("&does=wait-at-end"));
    Logs.send(logger, "x\n");
    logger.getOutputStream().close();
    Logs.await("x", () -> taken.text().equals("x\n"));
    assertFalse(logger.waitFor(100, TimeUnit.MILLISECONDS));
    taken.gate.countDown();
    assertEquals(0, Logs.ended(logger));
    assertTrue(taken.closed);
  }

  /** With -b, the next logger gets what the backend has not taken. */
  @Test
  void with_b_lines_stay_in_the_pipe_until_the_backend_has_taken_them() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    var in = ProcessBuilder.Redirect.from(fifo.toFile());
    try (var writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      Process logger =
          Logs.start(runner, temp, in, "s6-log", "-b", "plugin:test?does=hang&to=x" + to, "./d");
      writer.write("one\ntwo\n".getBytes(StandardCharsets.US_ASCII));
      Logs.await("a batch", () -> BACKEND.taken("x" + to).calls.get() > 0);
      logger.destroyForcibly();
      assertEquals(137, Logs.ended(logger));
      logger = Logs.start(runner, temp, in, "s6-log", "-b", action(""));
      Logs.await("all of it", () -> taken.text().equals("one\ntwo\n"));
      writer.write("three\n".getBytes(StandardCharsets.US_ASCII));
      Logs.await("more", () -> taken.text().equals("one\ntwo\nthree\n"));
      Logs.signal(logger, "TERM");
      assertEquals(0, Logs.ended(logger));
      writer.write("end\n".getBytes(StandardCharsets.US_ASCII));
      byte[] next = new byte[4];
      writer.readFully(next);
      assertEquals("end\n", new String(next, StandardCharsets.US_ASCII));
    }
  }

  /** The end is not read while nothing is read: it must be seen all the same. */
  @Test
  void a_logger_with_b_whose_input_has_ended_ends_although_its_backend_takes_nothing()
      throws Exception {
    Process logger = start("s6-log", "-bp", action("&does=hang"));
    Logs.send(logger, "one\n");
    Logs.await("a batch", () -> taken.calls.get() > 0);
    Logs.send(logger, "three\n");
    assertEquals(0, Logs.end(logger));
    assertTrue(taken.interrupted.await(20, TimeUnit.SECONDS));
    assertEquals(
        "s6-log: warning: plugin:test: 1 line was not taken within 5 seconds of the end, and stays"
            + " in the pipe if there is one\n",
        stderr());
  }

  /** Who takes something each few seconds is not cut off, however much there is. */
  @Test
  void with_b_a_slow_backend_gets_all_that_was_written_before_the_input_ended() throws Exception {
    Process logger = start("s6-log", "-bp", action("&does=slow"));
    String input = Logs.lines(10_000);
    assertTrue(sending(logger, input).join(PATIENCE));
    assertEquals(0, Logs.end(logger));
    Logs.assertText(input, taken.text());
    assertEquals("", stderr());
  }

  /** Somebody may open it again, and what is in it would be gone with its last reader. */
  @Test
  void with_b_lines_in_a_fifo_are_kept_when_its_writers_have_left() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Process logger;
    try (var writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      var in = ProcessBuilder.Redirect.from(fifo.toFile());
      logger = Logs.start(runner, temp, in, "s6-log", "-bp", action("&does=wait"));
      writer.write("one\n".getBytes(StandardCharsets.US_ASCII));
      Logs.await("a batch", () -> taken.calls.get() > 0);
      writer.write("two\n".getBytes(StandardCharsets.US_ASCII));
    }
    assertFalse(logger.waitFor(8, TimeUnit.SECONDS));
    taken.gate.countDown();
    assertEquals(0, Logs.ended(logger));
    assertEquals("one\ntwo\n", taken.text());
  }

  @Test
  void with_b_all_lines_come_through_a_backend() {
    String input = Logs.lines(50_000);
    var outcome = runner.run(temp, input, Map.of(), "s6-log", "-b", action(""), "n99", "./d");
    assertEquals("0", outcome.code() + outcome.stderr());
    Logs.assertText(input, taken.text());
  }

  /** A jar that cannot be used does not stop the others; it is told to whoever uses plugins. */
  @Test
  void plugins_that_are_broken_are_told_and_the_others_work() throws IOException {
    try (CommandRunner broken = CommandRunner.of(LoggingCommands.all(BackendTest::someBroken))) {
      var outcome = broken.run(temp, "x\n", Map.of(), "s6-log", action(""));
      assertEquals("x\n", taken.text());
      List<String> lines = outcome.stderr().lines().toList();
      assertEquals(
          List.of(
              "s6-log: warning: a log backend cannot be used: not a backend",
              "s6-log: warning: log backend "
                  + Named.class.getName()
                  + " cannot be used: its name"
                  + " is 'A b'; expected lower-case letters, digits and -",
              "s6-log: warning: log backend "
                  + Named.class.getName()
                  + " cannot be used: the name"
                  + " 'json' is that of s6j.logging.backend.JsonBackend already"),
          lines);
      outcome = broken.run(temp, "x\n", Map.of(), "s6-log", "1");
      assertEquals("x\n", outcome.stdout() + outcome.stderr());
    }
  }

  private record Named(String name) implements LogBackend {
    @Override
    public Set<String> options() {
      return Set.of();
    }

    @Override
    public LogDestination open(LogConfiguration configuration) {
      throw new AssertionError("it cannot be selected");
    }
  }

  private static Iterable<LogBackend> someBroken() {
    Iterator<LogBackend> good =
        List.of(new Named("A b"), new Named("json"), (LogBackend) BACKEND).iterator();
    return () ->
        new Iterator<>() {
          private boolean thrown;

          @Override
          public boolean hasNext() {
            return !thrown || good.hasNext();
          }

          @Override
          public LogBackend next() {
            if (!thrown) {
              thrown = true;
              throw new ServiceConfigurationError("not a backend");
            }
            if (!good.hasNext()) {
              throw new NoSuchElementException();
            }
            return good.next();
          }
        };
  }
}
