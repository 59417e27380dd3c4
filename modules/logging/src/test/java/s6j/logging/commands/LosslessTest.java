package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** No line is lost. */
class LosslessTest {
  private static final int KILLS = 200;

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

  @Test
  void a_thousand_rotations_lose_nothing() throws Exception {
    String input = Logs.lines(1000 * 4096 / 16);
    var outcome =
        runner.run(temp, input, Map.of(), "s6-log", "-b", "n100000", "s4096", "l100", "./d");
    assertEquals("", outcome.stderr());
    assertEquals(0, outcome.code());
    int archives = Logs.archives(temp.resolve("d")).size();
    assertTrue(archives >= 1000, "rotations: " + archives);
    Logs.assertText(input, Logs.all(temp.resolve("d")));
  }

  /**
   * The files that are not trimmed meanwhile are the last ones, without a gap. In memory, since
   * each rotation waits for the disk.
   */
  @Test
  void ten_thousand_rotations_with_trimming() throws Exception {
    Path memory = Path.of("/dev/shm");
    Path cwd = Files.createTempDirectory(Files.isWritable(memory) ? memory : temp, "s6j-log");
    try {
      int linesOfFile = 4096 / 16;
      String input = Logs.lines(10_000 * linesOfFile) + "end\n";
      var outcome = runner.run(cwd, input, Map.of(), "s6-log", "-b", "n20", "s4096", "l0", "./d");
      assertEquals("", outcome.stderr());
      assertEquals(0, outcome.code());
      for (Path file : Logs.archives(cwd.resolve("d"))) {
        assertEquals(4096, Files.size(file));
      }
      Logs.assertText(
          input.substring(input.length() - 20 * 4096 - "end\n".length()),
          Logs.all(cwd.resolve("d")));
    } finally {
      Logs.delete(cwd);
    }
  }

  /**
   * The pipe is held open as by a supervisor, a service writes all the time, its logger is killed
   * and started again. Lines that were written and not yet taken from the pipe are written again,
   * and the last line of a file that was being written may be there in part: so lines may come
   * twice. Each line is there in full at least once.
   */
  @Test
  void killed_two_hundred_times_at_any_moment() throws Exception {
    Path fifo = temp.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Random random = new Random(17);
    AtomicInteger sent = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      Thread service =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!enough.get()) {
                      write(writer, line(sent.getAndIncrement()));
                    }
                  });
      for (int i = 0; i < KILLS; i++) {
        Process logger = start(fifo);
        Thread.sleep(random.nextInt(40) + 1);
        logger.destroyForcibly();
        assertEquals(137, Logs.ended(logger));
      }
      Process logger = start(fifo);
      enough.set(true);
      service.join();
      write(writer, "end\n");
      Logs.await("the end", () -> Logs.content(temp.resolve("d/current")).endsWith("end\n"));
      Logs.signal(logger, "TERM");
      assertEquals(0, Logs.ended(logger));
    }
    account(sent.get());
  }

  private static void write(RandomAccessFile writer, String line) {
    try {
      writer.write(line.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(int number) {
    return "line " + number + " ends here\n";
  }

  private Process start(Path fifo) throws IOException {
    return Logs.start(
        runner,
        temp,
        ProcessBuilder.Redirect.from(fifo.toFile()),
        "s6-log",
        "n100000",
        "s20000",
        "./d");
  }

  private void account(int sent) throws IOException {
    assertTrue(sent > 5000, "lines: " + sent);
    boolean[] seen = new boolean[sent];
    int twice = 0;
    int torn = 0;
    for (Path file : Logs.archives(temp.resolve("d"))) {
      for (String line : Logs.content(file).split("(?<=\n)")) {
        int number = number(line);
        if (number < 0) {
          torn++;
          assertTrue(file.toString().endsWith(".u") && !line.endsWith("\n"), line);
          continue;
        }
        twice += seen[number] ? 1 : 0;
        seen[number] = true;
      }
    }
    for (String line : Logs.content(temp.resolve("d/current")).split("(?<=\n)")) {
      if (!line.equals("end\n")) {
        seen[number(line)] = true;
      }
    }
    for (int i = 0; i < sent; i++) {
      assertTrue(seen[i], "lost: line " + i + " of " + sent);
    }
    System.out.println(
        KILLS + " kills: " + sent + " lines, none lost, " + twice + " twice, " + torn + " in part");
    // A kill can make a batch come twice, and that is what a pipe holds.
    assertTrue(torn <= KILLS && twice <= KILLS * 65536 / line(0).length(), twice + ", " + torn);
  }

  private static int number(String line) {
    return line.startsWith("line ") && line.endsWith(" ends here\n")
        ? Integer.parseInt(line.substring(5, line.length() - 11))
        : -1;
  }
}
