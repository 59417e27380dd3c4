package s6j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import s6j.posix.DisconnectedException;
import s6j.posix.InitProcess;
import s6j.posix.InitProcess.ChildEnded;
import s6j.posix.InitProcess.DataReceived;
import s6j.posix.InitProcess.Event;
import s6j.posix.InitProcess.SignalReceived;
import s6j.posix.ProcessInfo;
import s6j.posix.Signal;
import s6j.posix.WaitStatus;
import s6j.posix.shim.ShimInit;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.ShimInitProcess;

/** The shim as init, a subreaper. */
class ShimInitContractTest extends InitContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ShimInitProcess process;
  private ShimCommands commands;

  @BeforeAll
  void start() throws Exception {
    process = new ShimInitProcess();
    commands = new ShimCommands();
  }

  @AfterAll
  void end() throws Exception {
    process.close();
    commands.close();
  }

  @Override
  protected InitProcess posix() {
    return process.init();
  }

  @Override
  protected Outcome outcomeOf(Scenario scenario) throws Exception {
    if (scenario != Scenario.FINISHES && scenario != Scenario.TELLS_WHO_SENT_QUIT) {
      return commands.outcomeOf(scenario);
    }
    try (ShimInitProcess other = new ShimInitProcess()) {
      Thread running =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      scenario.run(other.init());
                    } catch (DisconnectedException e) {
                      // That is what ending comes to.
                      return;
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  });
      Outcome outcome = other.outcome();
      running.join();
      return outcome;
    }
  }

  @Test
  void its_info_is_what_it_was_started_with() {
    ProcessInfo info = posix().info();
    assertEquals(ProcessInfo.Kind.INIT, info.kind());
    assertEquals(process.pid(), info.pid());
    assertEquals(3, info.arguments().size());
    assertEquals("two", info.arguments().getLast().toString());
    assertEquals("given", info.environment().get("CONTRACT").toString());
    assertEquals(1, info.environment().size());
  }

  @Test
  void the_next_jvm_is_told_of_the_children_that_were_not_forgotten() throws Exception {
    try (ShimInitProcess other = new ShimInitProcess()) {
      ShimInit first = other.init();
      int forgotten = first.spawn(shell("exit 1"));
      int ended = first.spawn(shell("exit 2"));
      int running = first.spawn(shell("exec sleep 1000"));
      for (int left = 2; left > 0; ) {
        left -= first.nextEvent(PATIENCE) instanceof ChildEnded ? 1 : 0;
      }
      first.forget(forgotten);
      first.call(new s6j.posix.CallList());
      ShimInit second = other.nextGeneration();
      Map<Integer, WaitStatus> known = new HashMap<>();
      second.info().children().forEach(child -> known.put(child.pid(), child.ended()));
      assertEquals(1, second.info().generation());
      assertEquals(2, known.size());
      assertEquals(WaitStatus.exited(2), known.get(ended));
      assertTrue(known.containsKey(running));
      assertEquals(null, known.get(running));
      second.call(killing(running));
      Event event = second.nextEvent(PATIENCE);
      assertEquals(new ChildEnded(running, WaitStatus.killedBy(9)), event);
    }
  }

  @Test
  void a_termination_that_the_last_jvm_did_not_live_to_understand_is_told_to_the_next()
      throws Exception {
    try (ShimInitProcess other = new ShimInitProcess()) {
      int pid = other.init().info().pid();
      new ProcessBuilder("kill", "-TERM", Integer.toString(pid)).start().waitFor();
      assertTrue(other.init().nextEvent(PATIENCE) instanceof SignalReceived);
      ShimInit second = other.nextGeneration();
      SignalReceived again = (SignalReceived) second.nextEvent(PATIENCE);
      assertEquals(Signal.TERM.number(), again.number());
    }
  }

  @Test
  void signals_and_data_that_the_last_jvm_has_not_dealt_with_are_told_to_the_next()
      throws Exception {
    try (ShimInitProcess other = new ShimInitProcess()) {
      ShimInit first = other.init();
      int[] dealtWith = pipe(first);
      int[] lost = pipe(first);
      first.watch(dealtWith[0], 1);
      first.watch(lost[0], 2);
      first.call(writing(dealtWith[1], "old"));
      assertEquals(1, ((DataReceived) first.nextEvent(PATIENCE)).tag());
      first.call(writing(lost[1], "new"));
      assertEquals(2, ((DataReceived) first.nextEvent(PATIENCE)).tag());
      new ProcessBuilder("kill", "-USR1", Integer.toString(first.info().pid())).start().waitFor();
      first.call(new s6j.posix.CallList());
      ShimInit second = other.nextGeneration();
      assertEquals(Signal.USR1.number(), ((SignalReceived) second.nextEvent(PATIENCE)).number());
      second.watch(dealtWith[0], 3);
      second.call(writing(dealtWith[1], "between"));
      assertEquals("between", textOf(second.nextEvent(PATIENCE)));
      // Only now, when all that the second was told of is dealt with.
      assertNull(second.nextEvent(Duration.ofMillis(10)));
      second.call(new s6j.posix.CallList());
      second.watch(lost[0], 4);
      DataReceived again = (DataReceived) second.nextEvent(PATIENCE);
      assertEquals(4, again.tag());
      assertEquals("new", new String(again.bytes(), StandardCharsets.ISO_8859_1));
      second.call(writing(lost[1], "more"));
      assertEquals("more", textOf(second.nextEvent(PATIENCE)));
      second.call(writing(dealtWith[1], "later"));
      assertEquals("later", textOf(second.nextEvent(PATIENCE)));
    }
  }

  private static String textOf(Event event) {
    return new String(((DataReceived) event).bytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void an_init_whose_jvm_dies_again_and_again_gives_up_and_leaves_nothing_behind()
      throws Exception {
    try (ShimInitProcess other = new ShimInitProcess()) {
      int child = other.init().spawn(shell("trap '' TERM; while :; do sleep 100; done"));
      for (int i = 0; i < 4; i++) {
        other.nextGeneration();
      }
      other.init().close();
      Outcome outcome = other.outcome();
      assertEquals(111, outcome.code());
      assertTrue(outcome.stderr().contains("the runtime has died too often"), outcome.stderr());
      assertTrue(Files.notExists(Path.of("/proc/" + child)));
    }
  }

  private static int[] pipe(ShimInit init) throws Exception {
    s6j.posix.CallList calls = new s6j.posix.CallList();
    calls.add(
        s6j.posix.Syscall.PIPE2,
        s6j.posix.CallList.out(8),
        s6j.posix.CallList.number(s6j.posix.OpenFlags.CLOEXEC));
    java.nio.ByteBuffer ends =
        java.nio.ByteBuffer.wrap(init.call(calls).buffer(0))
            .order(java.nio.ByteOrder.nativeOrder());
    return new int[] {ends.getInt(), ends.getInt()};
  }

  private static s6j.posix.CallList writing(int fd, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    s6j.posix.CallList calls = new s6j.posix.CallList();
    calls.add(
        s6j.posix.Syscall.WRITE,
        s6j.posix.CallList.number(fd),
        s6j.posix.CallList.bytes(bytes),
        s6j.posix.CallList.number(bytes.length));
    return calls;
  }

  private static s6j.posix.CallList killing(int pid) {
    s6j.posix.CallList calls = new s6j.posix.CallList();
    calls.add(
        s6j.posix.Syscall.KILL,
        s6j.posix.CallList.number(pid),
        s6j.posix.CallList.number(Signal.KILL.number()));
    return calls;
  }
}
