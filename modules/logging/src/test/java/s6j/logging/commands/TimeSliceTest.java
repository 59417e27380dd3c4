package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static s6j.posix.CallList.number;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Syscall;
import s6j.testing.CommandRunner;

/**
 * A logger asks the scheduler to run it soon and not for long, and leaves alone what somebody has
 * asked of the scheduler for it.
 */
class TimeSliceTest {
  private static final int OTHER = 0;
  private static final int BATCH = 3;

  private static CommandRunner runner;
  private static CommandRunner asking;
  @TempDir Path temp;
  private Process logger;

  /** What the scheduler knows of a process; a slice of 0 is that of a kernel before 6.12. */
  private record Scheduling(int policy, int nice, long sliceNanos) {}

  /** Prints it. */
  private static final class SchedulingOf implements Command {
    @Override
    public String name() {
      return "scheduling-of";
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      CallList calls = new CallList();
      long pid = Options.unsigned(call.arguments().getFirst());
      calls.attempt(Syscall.SCHED_GETATTR, number(pid), CallList.out(48), number(48), number(0));
      ByteBuffer attributes =
          ByteBuffer.wrap(call.posix().attempt(calls).buffer(0)).order(ByteOrder.nativeOrder());
      String line =
          attributes.getInt(4) + " " + attributes.getInt(16) + " " + attributes.getLong(24);
      return call.printAndExit(Bytes.of(line), 0);
    }
  }

  @BeforeAll
  static void serve() throws IOException {
    runner = CommandRunner.of(LoggingCommands.all());
    asking = CommandRunner.of(List.of(new SchedulingOf()));
  }

  @AfterAll
  static void stop() throws IOException {
    runner.close();
    asking.close();
  }

  @AfterEach
  void end() {
    if (logger != null) {
      logger.destroyForcibly();
    }
  }

  private static Scheduling of(long pid) {
    String[] words = asking.run("scheduling-of", "" + pid).stdout().split(" ");
    return new Scheduling(
        Integer.parseInt(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
  }

  private static Scheduling usual() {
    return of(ProcessHandle.current().pid());
  }

  /** Until it has written a line. */
  private void start(String... words) throws Exception {
    logger = Logs.start(runner, temp, words);
    Logs.send(logger, "line\n");
    Logs.await("a line", () -> Logs.content(temp.resolve("d/current")).equals("line\n"));
  }

  private static String program() {
    return runner.directory().resolve("s6-log").toString();
  }

  @Test
  void a_logger_has_a_short_slice_where_the_kernel_has_such() throws Exception {
    start("s6-log", "./d");
    Scheduling usual = usual();
    Scheduling its = of(logger.pid());
    assertEquals(new Scheduling(OTHER, usual.nice(), its.sliceNanos()), its);
    if (usual.sliceNanos() > 0) {
      assertTrue(its.sliceNanos() < usual.sliceNanos(), its + ", usual: " + usual);
    }
  }

  @Test
  void another_policy_is_left_alone() throws Exception {
    start("chrt", "-b", "0", program(), "./d");
    assertEquals(BATCH, of(logger.pid()).policy());
    assertEquals(usual().sliceNanos(), of(logger.pid()).sliceNanos());
  }

  @Test
  void a_nice_value_stays_what_it_is() throws Exception {
    int usual = usual().nice();
    start("nice", "-n", "3", program(), "./d");
    assertEquals(usual + 3, of(logger.pid()).nice());
  }

  @Test
  void a_processor_has_the_usual_slice() throws Exception {
    start("s6-log", "s4096", "!sleep 1000", "./d");
    ProcessHandle process = logger.toHandle();
    Logs.send(logger, Logs.lines(1000));
    Logs.await("a processor", () -> process.children().findAny().isPresent());
    ProcessHandle processor = process.children().findAny().orElseThrow();
    try {
      assertEquals(usual().sliceNanos(), of(processor.pid()).sliceNanos());
    } finally {
      processor.destroyForcibly();
      assertTrue(logger.destroyForcibly().waitFor(60, TimeUnit.SECONDS));
    }
  }
}
