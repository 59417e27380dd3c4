package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** A logger goes on from what another one has left, whichever it was and however it ended. */
class LogDirectoryTest {
  private static final int CHANGES_MIN = 12;

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

  private static void put(Path directory, String name, String content, boolean complete)
      throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, content);
    if (complete) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr--r--"));
    }
  }

  /** What a logger makes of this, given one more line; archived files by kind, in order. */
  private Map<String, String> logOneLine(Path directory, String program) throws IOException {
    CommandRunner.Outcome outcome =
        program.equals("s6-log")
            ? runner.run(temp, "new\n", Map.of(), "s6-log", directory.toString())
            : CommandRunner.runProgram(temp, "new\n", Map.of(), program, directory.toString());
    Map<String, String> seen = new TreeMap<>();
    seen.put("outcome", outcome.code() + outcome.stderr());
    int n = 0;
    for (Path file : Logs.archives(directory)) {
      String name = file.getFileName().toString();
      seen.put("@" + n++ + name.substring(25), Logs.mode(file) + Logs.content(file));
    }
    for (String name : Logs.names(directory)) {
      if (!name.startsWith("@")) {
        Path file = directory.resolve(name);
        seen.put(name, Logs.mode(file) + Logs.content(file));
      }
    }
    return seen;
  }

  private static final String[] LEFT = {"current", "previous", "processed", "newstate", "state"};

  /** Each of these files absent, there, or there and complete: every one of the 243 states. */
  @Test
  void every_state_that_a_killed_logger_can_leave_is_gone_on_from_as_the_original_does()
      throws Exception {
    int compared = 0;
    for (int state = 0; state < 243; state++) {
      List<Map<String, String>> seen = new ArrayList<>();
      List<String> had = new ArrayList<>();
      for (String program : List.of(Logs.ORIGINAL, "s6-log")) {
        Path directory = Files.createDirectory(temp.resolve(seen.size() + "-" + state));
        had.clear();
        for (int i = 0, rest = state; i < LEFT.length; i++, rest /= 3) {
          if (rest % 3 > 0) {
            put(directory, LEFT[i], "of " + LEFT[i] + "\n", rest % 3 == 2);
            had.add(LEFT[i] + (rest % 3 == 2 ? "+x" : ""));
          }
        }
        seen.add(logOneLine(directory, program));
      }
      boolean remnants = hasAny(had, "previous") || hasAny(had, "processed");
      if (had.contains("current+x") && remnants) {
        // The original leaves these to be overwritten; ours keeps every line.
        assertKeepsAll(seen.get(1), had);
      } else if (had.contains("current")
          && hasAny(had, "previous")
          && !had.contains("processed+x")) {
        // The original wants to give both the same name, and fails.
        assertTrue(seen.get(0).get("outcome").contains("File exists"), had + "" + seen);
        assertKeepsAll(seen.get(1), had);
      } else {
        assertEquals(seen.get(0), seen.get(1), had.toString());
        compared++;
      }
    }
    assertTrue(compared > 100, "compared " + compared);
  }

  private static boolean hasAny(List<String> had, String name) {
    return had.contains(name) || had.contains(name + "+x");
  }

  private static void assertKeepsAll(Map<String, String> seen, List<String> had) {
    String all = had + " gives " + seen;
    assertEquals("0", seen.get("outcome"), all);
    assertTrue(seen.get("current").endsWith("new\n"), all);
    assertTrue(!hasAny(had, "current") || all.contains("of current\n"), all);
    String archived = had.contains("processed+x") ? "of processed\n" : "of previous\n";
    boolean any = had.contains("processed+x") || hasAny(had, "previous");
    assertTrue(!any || all.contains(archived), all);
    assertTrue(!seen.containsKey("previous") && !seen.containsKey("processed"), all);
  }

  @Test
  void a_file_that_was_archived_already_is_not_archived_twice() throws Exception {
    for (String name : List.of("previous", "current", "processed")) {
      Path directory = Files.createDirectory(temp.resolve(name));
      put(directory, name, "old\n", name.equals("processed"));
      Files.createLink(directory.resolve("@400000006b05489509d322d6.s"), directory.resolve(name));
      Map<String, String> seen = logOneLine(directory, "s6-log");
      assertEquals("old\nnew\n", Logs.all(directory), seen.toString());
    }
  }

  @Test
  void a_file_with_another_name_elsewhere_is_archived() throws Exception {
    Path directory = Files.createDirectory(temp.resolve("d"));
    put(directory, "current", "old\n", false);
    Files.createLink(temp.resolve("elsewhere"), directory.resolve("current"));
    logOneLine(directory, "s6-log");
    assertEquals("old\nnew\n", Logs.all(directory));
    assertEquals(1, Logs.archives(directory).size());
  }

  @Test
  void empty_remnants_are_not_archived() throws Exception {
    Path directory = Files.createDirectory(temp.resolve("d"));
    put(directory, "current", "", false);
    put(directory, "previous", "", true);
    logOneLine(directory, "s6-log");
    assertEquals(List.of("current", "lock", "state"), Logs.names(directory));
  }

  /** Otherwise a logger that is killed time and again, and writes little, would leave ever more. */
  @Test
  void what_is_too_many_with_a_remnant_is_removed_at_the_start() throws Exception {
    for (String program : List.of(Logs.ORIGINAL, "s6-log")) {
      for (String remnant : List.of("current", "previous", "processed")) {
        Path directory = Files.createDirectory(temp.resolve("a"));
        for (int i = 1; i <= 4; i++) {
          put(directory, "@400000005f00000" + i + "00000000.s", i + "\n", true);
        }
        put(directory, remnant, "of " + remnant + "\n", remnant.equals("processed"));
        CommandRunner.Outcome outcome =
            program.equals("s6-log")
                ? runner.run(temp, "", Map.of(), "s6-log", "n2", "./a")
                : CommandRunner.runProgram(temp, "", Map.of(), program, "n2", "./a");
        assertEquals(new CommandRunner.Outcome(0, "", ""), outcome);
        assertEquals(2, Logs.archives(directory).size(), program + " with " + remnant);
        assertEquals("4\nof " + remnant + "\n", Logs.all(directory), program);
        Logs.delete(directory);
      }
    }
  }

  /** One logger after the other on one pipe, stopped in the middle of the stream. */
  @Test
  void ours_and_the_original_take_over_from_each_other() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Path directory = temp.resolve("d");
    String input = Logs.lines(30_000);
    AtomicInteger changes = new AtomicInteger();
    try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      Thread sender = Thread.ofPlatform().start(() -> send(writer, input, changes));
      while (sender.isAlive()) {
        int change = changes.incrementAndGet();
        String program = change % 2 == 1 ? "s6-log" : Logs.ORIGINAL;
        Process logger = logger(fifo, program);
        Thread.sleep(15);
        Logs.signal(logger, change % 3 == 0 ? "HUP" : "TERM");
        // Told to stop before it is ready, the process just ends; nothing has been read then.
        int code = Logs.ended(logger);
        assertTrue(code == 0 || code == 143 || code == 129, program + " exited " + code);
      }
      Process logger = logger(fifo, "s6-log");
      writer.write("end\n".getBytes(StandardCharsets.US_ASCII));
      Logs.await("the end", () -> lastFile(directory).endsWith("end\n"));
      Logs.signal(logger, "TERM");
      assertEquals(0, Logs.ended(logger));
    }
    assertTrue(changes.get() >= CHANGES_MIN, "changes: " + changes);
    Logs.assertText(input + "end\n", Logs.all(directory));
  }

  /**
   * Ours is killed wherever it is, the original stopped. The original reads what ours has left in
   * the pipe, so that lines may come twice; each is there in full.
   */
  @Test
  void the_original_takes_over_from_ours_that_was_killed() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    String input = Logs.lines(30_000);
    AtomicInteger changes = new AtomicInteger();
    Random random = new Random(5);
    try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      Thread sender = Thread.ofPlatform().start(() -> send(writer, input, changes));
      while (sender.isAlive()) {
        changes.incrementAndGet();
        Process ours = logger(fifo, "s6-log");
        Thread.sleep(10 + random.nextInt(30));
        ours.destroyForcibly();
        assertEquals(137, Logs.ended(ours));
        takeOver(fifo);
      }
      Process last = logger(fifo, Logs.ORIGINAL);
      writer.write("end\n".getBytes(StandardCharsets.US_ASCII));
      Logs.await("the end", () -> lastFile(temp.resolve("d")).endsWith("end\n"));
      Logs.signal(last, "TERM");
      assertEquals(0, Logs.ended(last));
    }
    assertTrue(changes.get() >= CHANGES_MIN, "changes: " + changes);
    assertAllThere(input);
  }

  /** The original, for a moment; started again when it does not get over what it finds. */
  private void takeOver(Path fifo) throws Exception {
    for (int i = 0; i < 3; i++) {
      Process original = logger(fifo, Logs.ORIGINAL);
      Thread.sleep(15);
      if (original.isAlive()) {
        Logs.signal(original, "TERM");
      }
      int code = Logs.ended(original);
      // It may have been too early for it to be ready for a signal.
      if (code == 0 || code == 143) {
        return;
      }
      // It gives current the name that it has just given to previous: once.
      assertEquals(111, code);
      assertTrue(Logs.content(temp.resolve("stderr")).contains("File exists"));
    }
    throw new AssertionError("it does not start: " + Logs.content(temp.resolve("stderr")));
  }

  private void assertAllThere(String input) throws IOException {
    Set<String> seen = new HashSet<>();
    for (Path file : Logs.archives(temp.resolve("d"))) {
      for (String line : Logs.content(file).split("(?<=\n)")) {
        boolean whole = line.length() == "100000000 abcde\n".length() && line.endsWith("\n");
        assertTrue(whole || file.toString().endsWith(".u") && !line.endsWith("\n"), line);
        seen.add(line);
      }
    }
    for (String line : Logs.content(temp.resolve("d/current")).split("(?<=\n)")) {
      seen.add(line);
    }
    for (String line : input.split("(?<=\n)")) {
      assertTrue(seen.contains(line), "lost: " + line);
    }
  }

  /** Sends no more than its share before each change, however slowly loggers start. */
  private static void send(RandomAccessFile writer, String input, AtomicInteger changes) {
    try {
      for (int at = 0; at < input.length(); at += 1600) {
        while (at >= (long) input.length() * changes.get() / CHANGES_MIN) {
          Thread.sleep(1);
        }
        String part = input.substring(at, Math.min(input.length(), at + 1600));
        writer.write(part.getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(1);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process logger(Path fifo, String program) throws IOException {
    return Logs.start(
        runner,
        temp,
        ProcessBuilder.Redirect.from(fifo.toFile()),
        program,
        "n100000",
        "s4096",
        "l100",
        "./d");
  }

  /** What was written last, whether its file has just ended or not. */
  private static String lastFile(Path directory) {
    try {
      String current = Logs.content(directory.resolve("current"));
      List<Path> archives = Logs.archives(directory);
      return current.isEmpty() && !archives.isEmpty() ? Logs.content(archives.getLast()) : current;
    } catch (IOException e) {
      return "";
    }
  }
}
