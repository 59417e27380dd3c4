package s6j.supervise;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Signal;
import s6j.posix.WaitStatus;

/**
 * What a supervisor does about one service: the state machine of {@code s6-supervise}. It touches
 * nothing: inputs come with the time they came at, and what is to be done is returned, in order.
 */
public final class Machine {
  /** The least time between two starts. */
  public static final long RESTART_MS = 1000;

  /** How long a run script that could not be executed is let alone. */
  public static final long SPAWN_FAILURE_MS = 10_000;

  /** How long after a first SIGKILL by timeout-kill another follows. */
  public static final long KILL_AGAIN_MS = 5000;

  /** The exit code by which a finish script says that the service must not be restarted. */
  public static final int PERMANENT_FAILURE = 125;

  /** Where the service is. */
  public sealed interface State {}

  /** Neither run nor finish runs. */
  public record Down() implements State {}

  /** Run runs. */
  public record Up(int pid) implements State {}

  /** Finish runs. */
  public record Finishing(int pid) implements State {}

  /** The supervisor is gone. */
  public record Gone() implements State {}

  /** What happens to it. */
  public sealed interface Input {}

  /** Supervision begins; {@code down} tells whether the file of that name is there. */
  public record Begin(boolean down) implements Input {}

  /** Supervision goes on after another supervisor has left off, with a running process. */
  public record Adopt(Status status) implements Input {}

  /** Run has been started. */
  public record Started(int pid) implements Input {}

  /** Run could not be started. */
  public record StartFailed() implements Input {}

  /** Finish has been started. */
  public record FinishStarted(int pid) implements Input {}

  /** There is no finish, or it could not be started. */
  public record NoFinish() implements Input {}

  /** The process of the current state has ended. */
  public record Died(WaitStatus status) implements Input {}

  /** The service says that it is ready. */
  public record Readied() implements Input {}

  /** A timer has run out. */
  public record TimerRanOut(Timer timer) implements Input {}

  /** A byte has come through {@code supervise/control}. */
  public record Control(char command) implements Input {}

  /** The timers of a service. */
  public enum Timer {
    /** Run may be started again. */
    RESTART,
    /** A service that was told to stop has had its time. */
    KILL,
    /** Finish has had its time. */
    FINISH
  }

  /** What is to be done. */
  public sealed interface Action {}

  /** Start run, and say how that went. */
  public record StartRun() implements Action {}

  /** Start finish with these arguments, and say how that went. */
  public record StartFinish(WaitStatus death, int group) implements Action {}

  /** Send the current process this signal. */
  public record Kill(int signal) implements Action {}

  /** Send the process group of the current process this signal. */
  public record KillGroup(int signal) implements Action {}

  /** Send the signal of the file {@code down-signal}. */
  public record KillForDown() implements Action {}

  /** Send the signal of the file {@code reload-signal}. */
  public record KillForReload() implements Action {}

  /**
   * The time of {@code timeout-kill} is over: SIGKILL, to the group when {@code
   * flag-timeout-killpg} is there.
   */
  public record KillForTimeout() implements Action {}

  /** Let the timer run out after so many milliseconds. */
  public record Arm(Timer timer, long delayMs) implements Action {}

  /**
   * Let the timer run for the time that the file {@code timeout-kill} or {@code timeout-finish}
   * says, if any.
   */
  public record ArmFromFile(Timer timer) implements Action {}

  /** Stop the timer. */
  public record Disarm(Timer timer) implements Action {}

  /** Write the status file. */
  public record Save() implements Action {}

  /** Tell those who listen at {@code event/}. */
  public record Tell(char event) implements Action {}

  /** Add a death to the tally. */
  public record Tally(WaitStatus death) implements Action {}

  /** Create or remove the file {@code down}. */
  public record SetDownFile(boolean there) implements Action {}

  /** Say on stderr that finish took too long and is killed. */
  public record WarnFinishTimeout() implements Action {}

  /** The supervisor leaves. */
  public record Leave() implements Action {}

  private State state = new Down();
  private boolean wantUp;
  private boolean leaving;
  private boolean paused;
  private boolean ready;
  private boolean started;
  private WaitStatus lastDeath = new WaitStatus(0);
  private long startedMs;
  private long changedMs;
  private long readiedMs;
  private List<Action> actions = new ArrayList<>();

  /** A machine before its beginning. */
  public Machine() {}

  public State state() {
    return state;
  }

  public boolean wantUp() {
    return wantUp;
  }

  public boolean paused() {
    return paused;
  }

  public boolean ready() {
    return ready;
  }

  /** Whether run has ever been started. */
  public boolean started() {
    return started;
  }

  public WaitStatus lastDeath() {
    return lastDeath;
  }

  /** When it last went up or down, in the time of the inputs. */
  public long changedMs() {
    return changedMs;
  }

  /** When its readiness last changed, in the time of the inputs. */
  public long readiedMs() {
    return readiedMs;
  }

  /** The process of the current state; 0 when there is none. */
  public int pid() {
    return switch (state) {
      case Up up -> up.pid();
      case Finishing finishing -> finishing.pid();
      case Down down -> 0;
      case Gone gone -> 0;
    };
  }

  /** Whether it is down, finish is over, and it is not about to be restarted. */
  public boolean atRest() {
    return state instanceof Gone || state instanceof Down && !wantUp;
  }

  /**
   * Takes an input.
   *
   * @param nowMs the time, in milliseconds of a clock that never goes back
   * @return what is to be done, in order
   */
  public List<Action> on(Input input, long nowMs) {
    actions = new ArrayList<>();
    switch (input) {
      case Begin begin -> begin(begin.down(), nowMs);
      case Adopt adopt -> adopt(adopt.status(), nowMs);
      case Started done -> up(done.pid(), nowMs);
      case StartFailed failed -> failed();
      case FinishStarted done -> finishing(done.pid());
      case NoFinish none -> finished(false, nowMs);
      case Died died -> died(died.status(), nowMs);
      case Readied readied -> readied(nowMs);
      case TimerRanOut timer -> ranOut(timer.timer());
      case Control control -> control(control.command());
    }
    return actions;
  }

  private void begin(boolean down, long nowMs) {
    wantUp = !down;
    changedMs = nowMs;
    readiedMs = nowMs;
    startedMs = nowMs - RESTART_MS;
    add(new Save());
    add(new Tell('s'));
    if (wantUp) {
      add(new StartRun());
    }
  }

  private void adopt(Status status, long nowMs) {
    wantUp = status.wantUp();
    paused = status.pid() != 0 && status.paused();
    ready = status.ready();
    lastDeath = status.lastDeath();
    changedMs = nowMs;
    readiedMs = nowMs;
    startedMs = nowMs;
    started = true;
    if (status.pid() == 0) {
      if (wantUp) {
        add(new StartRun());
      }
    } else if (status.finishing()) {
      finishing(status.pid());
    } else {
      state = new Up(status.pid());
    }
  }

  private void up(int pid, long nowMs) {
    state = new Up(pid);
    started = true;
    ready = false;
    paused = false;
    startedMs = nowMs;
    changedMs = nowMs;
    readiedMs = nowMs;
    add(new Save());
    add(new Tell('u'));
  }

  private void failed() {
    if (leaving) {
      leave();
    } else if (wantUp) {
      add(new Arm(Timer.RESTART, SPAWN_FAILURE_MS));
    }
  }

  private void finishing(int pid) {
    state = new Finishing(pid);
    add(new Save());
    add(new ArmFromFile(Timer.FINISH));
  }

  private void died(WaitStatus status, long nowMs) {
    switch (state) {
      case Up up -> {
        lastDeath = status;
        ready = false;
        paused = false;
        changedMs = nowMs;
        state = new Down();
        add(new Disarm(Timer.KILL));
        add(new Tally(status));
        add(new Save());
        add(new Tell('d'));
        add(new StartFinish(status, up.pid()));
      }
      case Finishing finishing ->
          finished(!status.signalled() && status.exitCode() == PERMANENT_FAILURE, nowMs);
      case Down down -> {}
      case Gone gone -> {}
    }
  }

  private void finished(boolean forEver, long nowMs) {
    state = new Down();
    ready = true;
    readiedMs = nowMs;
    add(new Disarm(Timer.FINISH));
    if (forEver) {
      wantUp = false;
    }
    add(new Save());
    if (forEver) {
      add(new Tell('O'));
    }
    add(new Tell('D'));
    if (leaving) {
      leave();
    } else if (wantUp) {
      long wait = startedMs + RESTART_MS - nowMs;
      add(wait > 0 ? new Arm(Timer.RESTART, wait) : new StartRun());
    }
  }

  private void readied(long nowMs) {
    if (state instanceof Up && !ready) {
      ready = true;
      readiedMs = nowMs;
      add(new Save());
      add(new Tell('U'));
    }
  }

  private void ranOut(Timer timer) {
    switch (timer) {
      case RESTART -> {
        if (state instanceof Down && wantUp) {
          add(new StartRun());
        }
      }
      case KILL -> {
        if (state instanceof Up) {
          add(new KillForTimeout());
          add(new Arm(Timer.KILL, KILL_AGAIN_MS));
        }
      }
      case FINISH -> {
        if (state instanceof Finishing) {
          add(new WarnFinishTimeout());
          add(new Kill(Signal.CONT.number()));
          add(new Kill(Signal.KILL.number()));
        }
      }
    }
  }

  private void control(char command) {
    switch (command) {
      case 'u', 'd', 'o', 'O' -> want(command);
      case 'U' -> {
        add(new SetDownFile(false));
        want('u');
      }
      case 'D' -> {
        add(new SetDownFile(true));
        want('d');
      }
      case 'Q' -> {
        add(new SetDownFile(true));
        want('O');
      }
      case 'x' -> exitWhenDown();
      default -> {
        if (state instanceof Up) {
          signal(command);
        }
      }
    }
  }

  private void want(char command) {
    wantUp = command == 'u';
    add(new Save());
    switch (state) {
      case Up up -> {
        if (command == 'd') {
          add(new KillForDown());
          add(new Kill(Signal.CONT.number()));
          add(new ArmFromFile(Timer.KILL));
        }
      }
      case Down down -> {
        add(new Disarm(Timer.RESTART));
        if (command == 'u' || command == 'o') {
          add(new StartRun());
        }
      }
      case Finishing finishing -> {}
      case Gone gone -> {}
    }
  }

  private void exitWhenDown() {
    leaving = true;
    if (state instanceof Down) {
      leave();
    }
  }

  private void leave() {
    state = new Gone();
    wantUp = false;
    add(new Disarm(Timer.RESTART));
    add(new Save());
    add(new Tell('x'));
    add(new Leave());
  }

  private void signal(char command) {
    switch (command) {
      case 'a' -> add(new Kill(Signal.ALRM.number()));
      case 'b' -> add(new Kill(Signal.ABRT.number()));
      case 'q' -> add(new Kill(Signal.QUIT.number()));
      case 'h' -> add(new Kill(Signal.HUP.number()));
      case 'k' -> add(new Kill(Signal.KILL.number()));
      case 't' -> add(new Kill(Signal.TERM.number()));
      case 'i' -> add(new Kill(Signal.INT.number()));
      case '1' -> add(new Kill(Signal.USR1.number()));
      case '2' -> add(new Kill(Signal.USR2.number()));
      case 'y' -> add(new Kill(Signal.WINCH.number()));
      case 'r' -> add(new KillForDown());
      case 'l' -> add(new KillForReload());
      case 'p' -> pause(true, new Kill(Signal.STOP.number()));
      case 'c' -> pause(false, new Kill(Signal.CONT.number()));
      case 'P' -> pause(true, new KillGroup(Signal.STOP.number()));
      case 'C' -> pause(false, new KillGroup(Signal.CONT.number()));
      case 'K' -> add(new KillGroup(Signal.KILL.number()));
      default -> {
        // An unknown byte means nothing, as to the original.
      }
    }
  }

  private void pause(boolean on, Action kill) {
    add(kill);
    paused = on;
    add(new Save());
  }

  private void add(Action action) {
    actions.add(action);
  }
}
