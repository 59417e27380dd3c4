package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.posix.Signal;
import s6j.posix.WaitStatus;

/**
 * The life of a service, one transition after another. What the machine does is written as words:
 * {@code run} and {@code finish(CODE,SIGNAL)} are started, {@code 'u'} is an event told.
 */
class MachineStoryTest {
  private static final WaitStatus FAILED = WaitStatus.exited(3);

  private final Recorder actions = new Recorder();
  private final Machine machine = new Machine(actions);

  private void up() {
    machine.begin(false, 0);
    actions.take();
  }

  private void assertRestartsAfterABreath(long now) {
    assertEquals(Machine.BREATH_MS, actions.armed.get(Machine.Timer.RESTART));
    machine.ranOut(Machine.Timer.RESTART, now + Machine.BREATH_MS);
    assertEquals("run 'u'", actions.take());
  }

  private void down() {
    machine.begin(true, 0);
    actions.take();
  }

  private String control(String commands, long now) {
    for (char command : commands.toCharArray()) {
      machine.control(command, now);
    }
    return actions.take();
  }

  @Test
  void supervision_begins_with_a_start() {
    machine.begin(false, 0);
    assertEquals("'s' run 'u'", actions.take());
    assertInstanceOf(Machine.Up.class, machine.state());
    assertTrue(machine.wantUp());
    assertFalse(machine.ready());
  }

  @Test
  void a_file_down_leaves_the_service_down_and_ready_to_be_started() {
    machine.begin(true, 0);
    assertEquals("'s'", actions.take());
    assertFalse(machine.wantUp());
    assertTrue(machine.ready());
    assertFalse(machine.started());
  }

  @Test
  void a_service_that_says_so_is_ready_once() {
    up();
    machine.readied(50);
    assertEquals("'U'", actions.take());
    assertTrue(machine.ready());
    assertEquals(50, machine.readiedMs());
    machine.readied(60);
    assertEquals("", actions.take());
  }

  @Test
  void death_ends_readiness_and_starts_finish_with_what_run_died_of() {
    actions.hasFinish = true;
    up();
    machine.readied(50);
    actions.take();
    machine.died(FAILED, 2000);
    assertEquals("tally 'd' finish(3,0)", actions.take());
    assertFalse(machine.ready());
    assertInstanceOf(Machine.Finishing.class, machine.state());
    assertEquals(FAILED, machine.lastDeath());
  }

  @Test
  void finish_gets_256_when_the_service_was_killed() {
    actions.hasFinish = true;
    up();
    machine.died(WaitStatus.killedBy(9), 2000);
    assertEquals("tally 'd' finish(256,9)", actions.take());
  }

  @Test
  void without_finish_the_service_is_down_and_over_at_once() {
    up();
    control("O", 100);
    machine.died(FAILED, 2000);
    assertEquals("tally 'd' 'D'", actions.take());
    assertTrue(machine.ready());
  }

  @Test
  void a_service_that_lived_for_a_second_is_restarted_at_once() {
    up();
    machine.died(FAILED, 1000);
    assertEquals("tally 'd' 'D'", actions.take());
    assertRestartsAfterABreath(1000);
  }

  @Test
  void one_that_died_sooner_waits_for_the_second_to_pass() {
    up();
    machine.died(FAILED, 300);
    assertEquals("tally 'd' 'D'", actions.take());
    assertEquals(700, actions.armed.get(Machine.Timer.RESTART));
    machine.ranOut(Machine.Timer.RESTART, 1000);
    assertEquals("run 'u'", actions.take());
  }

  @Test
  void u_does_not_wait_for_the_second_to_pass() {
    up();
    machine.died(FAILED, 300);
    actions.take();
    assertEquals("run 'u'", control("u", 400));
    assertFalse(actions.armed.containsKey(Machine.Timer.RESTART));
  }

  @Test
  void exit_code_125_of_finish_is_permanent_failure() {
    actions.hasFinish = true;
    up();
    machine.died(FAILED, 2000);
    actions.take();
    machine.died(WaitStatus.exited(125), 2100);
    assertEquals("'O' 'D'", actions.take());
    assertFalse(machine.wantUp());
    assertTrue(actions.armed.isEmpty());
    assertEquals(FAILED, machine.lastDeath());
    assertEquals("run 'u'", control("u", 3000));
  }

  @Test
  void any_other_end_of_finish_leads_to_a_restart() {
    actions.hasFinish = true;
    up();
    machine.died(FAILED, 2000);
    actions.take();
    machine.died(WaitStatus.killedBy(9), 2100);
    assertEquals("'D'", actions.take());
    assertRestartsAfterABreath(2100);
  }

  @Test
  void finish_has_its_time_and_is_killed_then() {
    actions.hasFinish = true;
    up();
    machine.died(FAILED, 2000);
    assertEquals(5000, actions.armed.get(Machine.Timer.FINISH));
    actions.take();
    machine.ranOut(Machine.Timer.FINISH, 7000);
    assertEquals("warn kill(18) kill(9)", actions.take());
  }

  @Test
  void d_sends_the_down_signal_and_continues_a_paused_service() {
    up();
    assertEquals("kill(19)", control("p", 100));
    assertTrue(machine.paused());
    assertEquals("down-signal kill(18)", control("d", 200));
    assertFalse(machine.paused());
    assertFalse(machine.wantUp());
    machine.died(WaitStatus.killedBy(15), 300);
    assertEquals("tally 'd' 'D'", actions.take());
    assertTrue(actions.armed.isEmpty());
  }

  @Test
  void a_service_that_does_not_obey_is_killed_when_there_is_a_time_for_it_and_again() {
    actions.timeoutKill = 300;
    up();
    control("d", 0);
    assertEquals(300, actions.armed.get(Machine.Timer.KILL));
    machine.ranOut(Machine.Timer.KILL, 300);
    assertEquals("timeout-kill", actions.take());
    assertEquals(Machine.KILL_AGAIN_MS, actions.armed.get(Machine.Timer.KILL));
    machine.died(WaitStatus.killedBy(9), 400);
    assertTrue(actions.armed.isEmpty());
  }

  @Test
  void r_restarts_by_the_down_signal_and_l_reloads() {
    up();
    assertEquals("down-signal", control("r", 0));
    assertEquals("reload-signal", control("l", 0));
    assertTrue(machine.wantUp());
  }

  @Test
  void o_lets_a_service_run_once() {
    down();
    assertEquals("run 'u'", control("o", 100));
    assertFalse(machine.wantUp());
    machine.died(FAILED, 5000);
    assertEquals("tally 'd' 'D'", actions.take());
  }

  @Test
  void O_never_starts_and_lets_what_runs_run_its_course() {
    down();
    assertEquals("", control("O", 100));
    control("u", 200);
    assertEquals("", control("O", 300));
    assertInstanceOf(Machine.Up.class, machine.state());
    assertFalse(machine.wantUp());
  }

  @Test
  void U_D_and_Q_care_for_the_file_down_as_well() {
    down();
    assertEquals("remove-down run 'u'", control("U", 100));
    assertEquals("create-down", control("Q", 200));
    assertFalse(machine.wantUp());
    assertEquals("create-down down-signal kill(18)", control("D", 300));
  }

  @Test
  void letters_of_signals_reach_what_runs_and_nothing_else() {
    Object[][] letters = {
      {'a', Signal.ALRM}, {'b', Signal.ABRT}, {'q', Signal.QUIT}, {'h', Signal.HUP},
      {'k', Signal.KILL}, {'t', Signal.TERM}, {'i', Signal.INT}, {'1', Signal.USR1},
      {'2', Signal.USR2}, {'y', Signal.WINCH}, {'p', Signal.STOP}, {'c', Signal.CONT}
    };
    up();
    for (Object[] pair : letters) {
      int number = ((Signal) pair[1]).number();
      assertEquals("kill(" + number + ")", control(pair[0].toString(), 100));
    }
    assertEquals("kill(group,19) kill(group,18) kill(group,9)", control("PCK", 100));
    control("O", 100);
    machine.died(FAILED, 2000);
    actions.take();
    assertEquals("", control("abqhkti12ypcrlPCK", 2100));
  }

  @Test
  void finish_is_not_sent_signals() {
    actions.hasFinish = true;
    up();
    machine.died(FAILED, 2000);
    actions.take();
    assertEquals("", control("abqhkti12ypcrlPCKdou", 2100));
    assertTrue(machine.wantUp());
  }

  @Test
  void x_leaves_at_once_when_the_service_is_down() {
    down();
    assertEquals("'x'", control("x", 100));
    assertInstanceOf(Machine.Gone.class, machine.state());
  }

  @Test
  void x_leaves_after_death_and_finish() {
    actions.hasFinish = true;
    up();
    assertEquals("", control("x", 100));
    machine.died(FAILED, 2000);
    assertEquals("tally 'd' finish(3,0)", actions.take());
    machine.died(WaitStatus.exited(0), 2100);
    assertEquals("'D' 'x'", actions.take());
    assertInstanceOf(Machine.Gone.class, machine.state());
  }

  @Test
  void who_has_left_does_nothing_any_more() {
    down();
    control("x", 100);
    assertEquals("", control("uodUDQrtpx", 200));
    machine.died(FAILED, 300);
    machine.ranOut(Machine.Timer.RESTART, 400);
    assertEquals("", actions.take());
    assertFalse(machine.wantUp());
  }

  @Test
  void a_run_that_cannot_be_executed_is_tried_again_in_ten_seconds() {
    actions.runCanStart = false;
    machine.begin(false, 0);
    assertEquals("'s' no-run", actions.take());
    assertEquals(10_000, actions.armed.get(Machine.Timer.RESTART));
    actions.runCanStart = true;
    machine.ranOut(Machine.Timer.RESTART, 10_000);
    assertEquals("run 'u'", actions.take());
  }

  @Test
  void the_status_changes_only_with_a_letter_that_changes_it() {
    up();
    for (String letters : List.of("u", "c", "a", "r", "zu")) {
      int before = actions.changes;
      control(letters, 100);
      assertEquals(before, actions.changes, letters);
    }
    for (String letters : List.of("p", "c", "o", "u", "p", "d")) {
      int before = actions.changes;
      control(letters, 200);
      assertTrue(actions.changes > before, letters);
    }
    int before = actions.changes;
    assertEquals("down-signal kill(18)", control("d", 300));
    assertEquals(before, actions.changes);
  }

  @Test
  void unknown_letters_mean_nothing() {
    up();
    assertEquals("", control("zZ09 \n\u00ff", 100));
    assertInstanceOf(Machine.Up.class, machine.state());
  }

  @Test
  void the_next_supervisor_goes_on_with_what_runs() {
    Status status =
        new Status(new Tai(1, 2), new Tai(3, 4), 77, WaitStatus.exited(1), true, false, true, true);
    machine.adopt(new Machine.Left(status, 77, 0, false, 0, -1), 500);
    assertEquals("", actions.take());
    assertEquals(77, machine.state().pid());
    assertTrue(machine.ready());
    assertTrue(machine.paused());
    machine.died(FAILED, 2000);
    assertEquals("tally 'd' 'D'", actions.take());
    assertRestartsAfterABreath(2000);
  }

  private static Status left(int pid, boolean wantUp) {
    Tai longAgo = new Tai(1, 2);
    return new Status(longAgo, longAgo, pid, WaitStatus.exited(1), false, false, wantUp, true);
  }

  @Test
  void the_next_supervisor_kills_when_the_time_of_timeout_kill_that_is_left_is_over() {
    machine.adopt(new Machine.Left(left(77, false), 77, 0, false, 5000, 300), 500);
    assertEquals(300, actions.armed.get(Machine.Timer.KILL));
    machine.ranOut(Machine.Timer.KILL, 800);
    assertEquals("timeout-kill", actions.take());
  }

  @Test
  void a_service_that_was_only_not_to_be_restarted_has_no_time_limit_from_the_next_supervisor() {
    actions.timeoutKill = 200;
    machine.adopt(new Machine.Left(left(77, false), 77, 0, false, 5000, -1), 500);
    assertFalse(actions.armed.containsKey(Machine.Timer.KILL));
  }

  @Test
  void finish_has_its_whole_time_once_more_from_the_next_supervisor() {
    actions.timeoutFinish = 700;
    machine.adopt(new Machine.Left(left(78, true), 0, 78, false, 5000, -1), 500);
    assertEquals(700, actions.armed.get(Machine.Timer.FINISH));
    assertFalse(machine.ready());
  }

  @Test
  void a_service_is_not_made_to_wait_because_its_supervisor_has_died() {
    machine.adopt(new Machine.Left(left(77, true), 77, 0, false, 60_000, -1), 500);
    machine.died(FAILED, 600);
    assertEquals(Machine.BREATH_MS, actions.armed.get(Machine.Timer.RESTART));
  }

  @Test
  void one_that_has_just_died_waits_for_the_rest_of_its_second_whatever_the_clock_says() {
    for (long[] lastedAndLeft :
        new long[][] {{0, 1000}, {400, 600}, {5000, Machine.BREATH_MS}, {-99_000, 1000}}) {
      Machine next = new Machine(actions);
      next.adopt(new Machine.Left(left(0, true), 0, 0, false, lastedAndLeft[0], -1), 500);
      assertEquals(lastedAndLeft[1], actions.armed.get(Machine.Timer.RESTART));
    }
  }

  @Test
  void the_next_supervisor_leaves_when_the_one_before_was_about_to() {
    machine.adopt(new Machine.Left(left(77, false), 77, 0, true, 5000, -1), 500);
    machine.died(FAILED, 600);
    assertEquals("tally 'd' 'D' 'x'", actions.take());
    assertInstanceOf(Machine.Gone.class, machine.state());
  }
}
