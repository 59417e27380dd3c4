package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import s6j.posix.WaitStatus;

/** What a supervisor does about a service, told from its start to its end. */
class MachineTest {
  /** Writes down what there is to do; processes get pids in order. */
  private static final class Notes implements Machine.Actions {
    private final List<String> done = new ArrayList<>();
    private boolean runStarts = true;
    private boolean hasFinish;
    private int lastPid = 100;

    @Override
    public int startRun() {
      done.add("run");
      return runStarts ? ++lastPid : 0;
    }

    @Override
    public int startFinish(WaitStatus death, int group) {
      done.add(
          "finish "
              + (death.signalled() ? 256 : death.exitCode())
              + " "
              + death.signal()
              + " "
              + group);
      return hasFinish ? ++lastPid : 0;
    }

    @Override
    public void kill(int pid, int signal) {
      done.add("kill " + pid + " " + signal);
    }

    @Override
    public void killForDown(int pid) {
      done.add("down-signal " + pid);
    }

    @Override
    public void killForReload(int pid) {
      done.add("reload-signal " + pid);
    }

    @Override
    public void killForTimeout(int pid) {
      done.add("timeout-kill " + pid);
    }

    @Override
    public void arm(Machine.Timer timer, long delayMs) {
      done.add("arm " + timer + " " + delayMs);
    }

    @Override
    public void armFromFile(Machine.Timer timer) {
      done.add("arm " + timer);
    }

    @Override
    public void disarm(Machine.Timer timer) {}

    @Override
    public void changed() {}

    @Override
    public void tell(char event) {
      done.add("tell " + event);
    }

    @Override
    public void tally(WaitStatus death) {}

    @Override
    public void setDownFile(boolean there) {
      done.add(there ? "touch down" : "rm down");
    }

    @Override
    public void warnOfFinishTimeout() {
      done.add("warn");
    }

    private List<String> take() {
      List<String> taken = List.copyOf(done);
      done.clear();
      return taken;
    }
  }

  private final Notes notes = new Notes();
  private final Machine machine = new Machine(notes);

  /** Down, and not about to be started again. */
  private static boolean atRest(Machine one) {
    return one.state() instanceof Machine.Down && !one.wantUp();
  }

  private List<String> begun() {
    machine.begin(false, 10_000);
    return notes.take();
  }

  @Test
  void a_service_is_started_at_once_unless_there_is_a_down_file() {
    assertEquals(List.of("tell s", "run", "tell u"), begun());
    Machine other = new Machine(notes);
    other.begin(true, 0);
    assertEquals(List.of("tell s"), notes.take());
    assertTrue(atRest(other));
  }

  @Test
  void finish_gets_the_code_or_256_and_the_signal_and_the_group() {
    begun();
    notes.hasFinish = true;
    machine.died(WaitStatus.exited(7), 10_500);
    assertEquals(List.of("tell d", "finish 7 0 101", "arm FINISH"), notes.take());
    machine.died(WaitStatus.exited(0), 10_600);
    assertEquals(List.of("tell D", "arm RESTART 400"), notes.take());
    machine.ranOut(Machine.Timer.RESTART, 11_000);
    notes.take();
    machine.died(WaitStatus.killedBy(9), 13_000);
    assertEquals(List.of("tell d", "finish 256 9 103", "arm FINISH"), notes.take());
  }

  @Test
  void a_service_without_finish_is_down_and_finished_at_once_and_restarts_once_a_second() {
    begun();
    machine.died(WaitStatus.exited(0), 10_002);
    assertEquals(List.of("tell d", "finish 0 0 101", "tell D", "arm RESTART 998"), notes.take());
    machine.ranOut(Machine.Timer.RESTART, 11_000);
    assertEquals(List.of("run", "tell u"), notes.take());
    machine.died(WaitStatus.exited(0), 15_000);
    assertEquals(List.of("tell d", "finish 0 0 102", "tell D", "arm RESTART 10"), notes.take());
  }

  @Test
  void finish_that_exits_125_ends_the_service_for_good() {
    begun();
    notes.hasFinish = true;
    machine.died(WaitStatus.exited(1), 10_500);
    notes.take();
    machine.died(WaitStatus.exited(125), 10_600);
    assertEquals(List.of("tell O", "tell D"), notes.take());
    assertTrue(atRest(machine));
  }

  @Test
  void finish_that_takes_too_long_is_killed() {
    begun();
    notes.hasFinish = true;
    machine.died(WaitStatus.exited(1), 10_500);
    notes.take();
    machine.ranOut(Machine.Timer.FINISH, 15_500);
    assertEquals(List.of("warn", "kill 102 18", "kill 102 9"), notes.take());
  }

  @Test
  void down_sends_the_down_signal_then_cont_and_the_service_stays_down() {
    begun();
    machine.control('d', 10_100);
    assertEquals(List.of("down-signal 101", "kill 101 18", "arm KILL"), notes.take());
    machine.ranOut(Machine.Timer.KILL, 12_000);
    assertEquals(List.of("timeout-kill 101", "arm KILL 5000"), notes.take());
    machine.died(WaitStatus.killedBy(9), 12_001);
    assertEquals(List.of("tell d", "finish 256 9 101", "tell D"), notes.take());
    assertTrue(atRest(machine));
  }

  @Test
  void up_on_a_service_that_is_down_starts_it_within_the_second() {
    begun();
    machine.died(WaitStatus.exited(0), 10_001);
    notes.take();
    machine.control('u', 10_002);
    assertEquals(List.of("run", "tell u"), notes.take());
  }

  @Test
  void once_starts_it_once() {
    machine.begin(true, 0);
    notes.take();
    machine.control('o', 5);
    assertEquals(List.of("run", "tell u"), notes.take());
    machine.died(WaitStatus.exited(0), 5000);
    assertEquals(List.of("tell d", "finish 0 0 101", "tell D"), notes.take());
  }

  @Test
  void readiness_is_told_once_and_ends_with_the_process() {
    begun();
    machine.readied(10_010);
    machine.readied(10_020);
    assertEquals(List.of("tell U"), notes.take());
    assertTrue(machine.ready());
    notes.hasFinish = true;
    machine.died(WaitStatus.exited(0), 10_030);
    assertFalse(machine.ready());
  }

  @Test
  void exit_leaves_when_the_service_is_down_and_at_once_when_it_is_already() {
    begun();
    machine.control('x', 10_001);
    assertEquals(List.of(), notes.take());
    machine.died(WaitStatus.exited(0), 20_000);
    assertEquals(List.of("tell d", "finish 0 0 101", "tell D", "tell x"), notes.take());
    assertTrue(machine.state() instanceof Machine.Gone);
  }

  @Test
  void a_run_that_cannot_be_started_is_tried_again_later() {
    notes.runStarts = false;
    machine.begin(false, 0);
    assertEquals(List.of("tell s", "run", "arm RESTART 10000"), notes.take());
  }

  @Test
  void signals_go_to_a_service_that_is_up_and_to_nobody_else() {
    begun();
    machine.control('t', 10_001);
    machine.control('p', 10_002);
    assertTrue(machine.paused());
    machine.control('C', 10_003);
    machine.control('?', 10_004);
    assertEquals(List.of("kill 101 15", "kill 101 19", "kill -101 18"), notes.take());
    machine.died(WaitStatus.exited(0), 10_005);
    notes.take();
    machine.control('t', 10_006);
    assertEquals(List.of(), notes.take());
  }

  @Test
  void another_runtime_goes_on_with_what_runs() {
    Status status =
        new Status(new Tai(1, 0), new Tai(1, 0), 77, new WaitStatus(0), false, false, true, true);
    machine.adopt(new Machine.Left(status, 77, 0, false, 0, -1), 50);
    assertEquals(List.of(), notes.take());
    assertTrue(machine.ready());
    machine.died(WaitStatus.exited(3), 60);
    assertEquals(List.of("tell d", "finish 3 0 77", "tell D", "arm RESTART 990"), notes.take());
  }

  /** Whatever happens in whatever order, these hold. */
  @Test
  void random_lives_keep_the_rules() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Notes life = new Notes();
      life.hasFinish = random.nextBoolean();
      Machine one = new Machine(life);
      long now = 100_000;
      long lastStart = 0;
      one.begin(random.nextInt(4) == 0, now);
      for (int i = 0; i < 60 && !(one.state() instanceof Machine.Gone); i++) {
        now += random.nextInt(700);
        boolean byUser = false;
        List<String> before = life.take();
        lastStart = before.contains("run") ? now : lastStart;
        int pid = one.state().pid();
        switch (random.nextInt(5)) {
          case 0 -> {
            char command = "udoOxtphcrUDQ?".charAt(random.nextInt(14));
            byUser = command == 'u' || command == 'o' || command == 'U';
            one.control(command, now);
          }
          case 1 -> one.readied(now);
          case 2 -> one.ranOut(Machine.Timer.RESTART, Math.max(now, lastStart + 1000));
          default -> {
            if (pid != 0) {
              one.died(
                  random.nextBoolean()
                      ? WaitStatus.exited(random.nextInt(256))
                      : WaitStatus.killedBy(15),
                  now);
            }
          }
        }
        if (life.done.contains("run")) {
          assertTrue(
              pid == 0 || life.done.contains("tell D"), "two processes at once, seed " + seed);
          assertTrue(byUser || one.wantUp(), "started against the will, seed " + seed);
        }
        if (one.ready() && one.state() instanceof Machine.Finishing) {
          throw new AssertionError("ready while finish runs, seed " + seed);
        }
        int failure = life.done.indexOf("tell O");
        assertTrue(failure < 0 || life.done.get(failure + 1).equals("tell D"), "seed " + seed);
      }
    }
  }

  @Test
  void the_status_file_is_read_as_it_was_written() {
    Status status =
        new Status(
            new Tai((1L << 62) + 5, 6),
            new Tai((1L << 62) + 7, 8),
            4711,
            WaitStatus.exited(3),
            true,
            false,
            true,
            false);
    assertEquals(Status.SIZE, status.format().length());
    assertEquals(status, Status.parse(status.format()));
    assertEquals(null, Status.parse(s6j.posix.Bytes.of("short")));
  }
}
