package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.posix.WaitStatus;

/**
 * Random lives of services, checked after every step against a model that knows nothing of states:
 * only what must hold whatever happens.
 */
class MachineModelTest {
  private static final int LIVES = 3000;
  private static final int STEPS = 60;
  private static final String COMMANDS = "uuuuddddooOUDQxabqhkti12ypcrlPCKz";

  /** One life: the machine, what it did, and what has been asked of it. */
  private static final class Life {
    final Random random;
    final Recorder actions = new Recorder();
    final Machine machine = new Machine(actions);
    final List<String> story = new ArrayList<>();
    long now = 10_000;
    boolean mayRestart;
    boolean onceMore;
    boolean leaving;
    long lastStart = Long.MIN_VALUE / 2;
    String runs = "";

    Life(long seed) {
      random = new Random(seed);
      actions.timeoutKill = random.nextBoolean() ? 0 : 200;
      boolean down = random.nextInt(4) == 0;
      mayRestart = !down;
      machine.begin(down, now);
      check("begin " + down, !down);
    }

    void step() {
      now += random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(300);
      actions.hasFinish = random.nextInt(3) > 0;
      actions.runCanStart = random.nextInt(8) > 0;
      switch (random.nextInt(5)) {
        case 0, 1 -> command(COMMANDS.charAt(random.nextInt(COMMANDS.length())));
        case 2 -> death();
        case 3 -> {
          boolean could = runs.equals("run") && !machine.ready();
          machine.readied(now);
          assertEquals(could, actions.done.contains("'U'"), story::toString);
          check("readied", false);
        }
        default -> timer();
      }
    }

    private void command(char command) {
      boolean immediate = false;
      if (!leaving || !runs.isEmpty()) {
        switch (command) {
          case 'u', 'U' -> {
            mayRestart = true;
            immediate = true;
          }
          case 'o' -> {
            mayRestart = false;
            onceMore = runs.isEmpty();
            immediate = true;
          }
          case 'd', 'D', 'O', 'Q' -> mayRestart = false;
          case 'x' -> leaving = true;
          default -> {}
        }
      }
      machine.control(command, now);
      check("command " + command, immediate);
      onceMore = false;
    }

    private void death() {
      if (runs.isEmpty()) {
        return;
      }
      WaitStatus how =
          switch (random.nextInt(4)) {
            case 0 -> WaitStatus.killedBy(9);
            case 1 -> WaitStatus.exited(125);
            default -> WaitStatus.exited(random.nextInt(3));
          };
      boolean forEver = runs.equals("finish") && how.equals(WaitStatus.exited(125));
      if (forEver) {
        mayRestart = false;
      }
      String ended = runs;
      runs = "";
      machine.died(how, now);
      assertEquals(
          ended.equals("run"), actions.done.contains("tally"), () -> "tally after " + story);
      assertEquals(forEver, actions.done.contains("'O'"), () -> "'O' after " + story);
      check(ended + " died of " + how.raw(), false);
    }

    private void timer() {
      if (actions.armed.isEmpty()) {
        return;
      }
      List<Machine.Timer> timers = new ArrayList<>(actions.armed.keySet());
      Machine.Timer timer = timers.get(random.nextInt(timers.size()));
      now += actions.armed.remove(timer);
      machine.ranOut(timer, now);
      check("timer " + timer, false);
    }

    /** What was done must have been right, and the state must agree with it. */
    private void check(String what, boolean immediate) {
      story.add(what + " at " + now + " [" + String.join(" ", actions.done) + "]");
      String told = "";
      for (String done : actions.done) {
        if (done.equals("run") || done.equals("no-run")) {
          assertTrue(runs.isEmpty(), () -> "started while something runs: " + story);
          assertTrue(mayRestart || onceMore, () -> "started although it is to be down: " + story);
          assertFalse(leaving, () -> "started although it is leaving: " + story);
          assertTrue(
              immediate || now - lastStart >= Machine.RESTART_MS,
              () -> "started twice within a second: " + story);
          if (done.equals("run")) {
            runs = "run";
            lastStart = now;
          }
        } else if (done.startsWith("finish(")) {
          assertTrue(runs.isEmpty(), () -> "finish while something runs: " + story);
          runs = "finish";
        } else if (done.startsWith("'")) {
          told += done.charAt(1);
        } else if (done.startsWith("kill(") && !done.equals("kill(18)")) {
          assertTrue(!runs.isEmpty(), () -> "a signal to nobody: " + story);
        }
      }
      checkEvents(told);
      checkState();
      actions.done.clear();
    }

    private void checkEvents(String told) {
      assertTrue(
          told.matches("s?u?|U|(d?O?D|d)?x?"),
          () -> "events out of order: " + told + " in " + story);
      assertEquals(
          machine.state() instanceof Machine.Gone && told.endsWith("x"),
          told.contains("x"),
          story::toString);
    }

    private void checkState() {
      Machine.State state = machine.state();
      assertEquals(runs.equals("run"), state instanceof Machine.Up, story::toString);
      assertEquals(runs.equals("finish"), state instanceof Machine.Finishing, story::toString);
      assertEquals(leaving && runs.isEmpty(), state instanceof Machine.Gone, story::toString);
      if (!(state instanceof Machine.Gone)) {
        assertEquals(mayRestart, machine.wantUp(), story::toString);
      }
      if (state instanceof Machine.Finishing) {
        assertFalse(machine.ready(), story::toString);
      }
      if (state instanceof Machine.Down) {
        assertTrue(machine.ready(), () -> "down and over is ready to be started: " + story);
        assertEquals(mayRestart, actions.armed.containsKey(Machine.Timer.RESTART), story::toString);
      }
      if (!(state instanceof Machine.Up)) {
        assertFalse(actions.armed.containsKey(Machine.Timer.KILL), story::toString);
        assertFalse(machine.paused(), story::toString);
      }
      if (!(state instanceof Machine.Finishing)) {
        assertFalse(actions.armed.containsKey(Machine.Timer.FINISH), story::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000, 2_000_000})
  void whatever_happens_the_rules_hold(long seed) {
    int starts = 0;
    int gone = 0;
    for (int i = 0; i < LIVES; i++) {
      Life life = new Life(seed + i);
      for (int k = 0; k < STEPS; k++) {
        life.step();
      }
      starts += life.machine.started() ? 1 : 0;
      gone += life.machine.state() instanceof Machine.Gone ? 1 : 0;
    }
    // The lives are worth something only when they go far.
    assertTrue(starts > LIVES * 9 / 10, "started: " + starts);
    assertTrue(gone > LIVES / 4 && gone < LIVES, "gone: " + gone);
  }
}
