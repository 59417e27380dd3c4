package s6j.supervise;

import s6j.posix.Signal;
import s6j.posix.WaitStatus;

/**
 * What a supervisor does about one service: the state machine of {@code s6-supervise}. It touches
 * nothing itself: what happens comes in by its methods, with the time it happened at, and what is
 * to be done goes out through {@link Actions}, in order.
 *
 * <p>States are told apart by {@code instanceof}: a switch over them would cost every boot ten
 * milliseconds, the price of the first pattern switch in a JVM.
 */
public final class Machine {
  /** The least time between two starts. */
  public static final long RESTART_MS = 1000;

  /**
   * The least time between the end and the next start. The original's listeners ({@code s6-svwait
   * -r}, 2.11.3) miss that a service was down when they read of its next life at the same time.
   */
  public static final long BREATH_MS = 10;

  /** How long a run script that could not be executed is let alone. */
  public static final long SPAWN_FAILURE_MS = 10_000;

  /** How long after a first SIGKILL by timeout-kill another follows. */
  public static final long KILL_AGAIN_MS = 5000;

  /** The exit code by which a finish script says that the service must not be restarted. */
  public static final int PERMANENT_FAILURE = 125;

  /** Where the service is. */
  public sealed interface State {
    /** The process that runs, 0 when none does. */
    default int pid() {
      return 0;
    }
  }

  /** Neither run nor finish runs. */
  public record Down() implements State {}

  /** Run runs. */
  public record Up(int pid) implements State {}

  /** Finish runs. */
  public record Finishing(int pid) implements State {}

  /** The supervisor is gone. */
  public record Gone() implements State {}

  /** The timers of a service. */
  public enum Timer {
    /** Run may be started again. */
    RESTART,
    /** A service that was told to stop has had its time. */
    KILL,
    /** Finish has had its time. */
    FINISH
  }

  /** What there is to do. */
  public interface Actions {
    /** Starts run; returns its pid, or 0 when that was not possible. */
    int startRun();

    /**
     * Starts finish, told how run died and what its process group was; returns its pid, or 0 when
     * there is none.
     */
    int startFinish(WaitStatus death, int group);

    /** Sends the process, or when it is negative the process group, a signal. */
    void kill(int pid, int signal);

    /** Sends the process the signal of the file {@code down-signal}. */
    void killForDown(int pid);

    /** Sends the process the signal of the file {@code reload-signal}. */
    void killForReload(int pid);

    /**
     * The time of {@code timeout-kill} is over: SIGKILL, to the group when {@code
     * flag-timeout-killpg} is there.
     */
    void killForTimeout(int pid);

    /** Lets the timer run out after so many milliseconds. */
    void arm(Timer timer, long delayMs);

    /**
     * Lets the timer run for the time that the file {@code timeout-kill} or {@code timeout-finish}
     * says, if any.
     */
    void armFromFile(Timer timer);

    /** Stops the timer. */
    void disarm(Timer timer);

    /** The status file no longer says how things are. */
    void changed();

    /** Tells those who listen at {@code event/}. */
    void tell(char event);

    /** Adds a death to the tally. */
    void tally(WaitStatus death);

    /** Creates or removes the file {@code down}. */
    void setDownFile(boolean there);

    /** Says that finish took too long and is killed. */
    void warnOfFinishTimeout();
  }

  /**
   * What another supervisor has left when it died.
   *
   * @param status what it has written last
   * @param run the pid of run, 0 when it has none
   * @param finish the pid of finish, 0 when it has none
   * @param leaving whether it was to leave as soon as the service was down
   * @param lastedMs how long the service has been as it is, as far as that is known
   * @param killInMs the time that run has left of its {@code timeout-kill}; negative when that does
   *     not run
   */
  public record Left(
      Status status, int run, int finish, boolean leaving, long lastedMs, long killInMs) {}

  private static final State DOWN = new Down();
  private static final State GONE = new Gone();

  private final Actions actions;
  private State state = DOWN;
  private boolean wantUp;
  private boolean leaving;
  private boolean paused;
  private boolean ready;
  private boolean started;
  private WaitStatus lastDeath = new WaitStatus(0);
  private long startedMs;
  private long changedMs;
  private long readiedMs;

  /** A machine before its beginning. */
  public Machine(Actions actions) {
    this.actions = actions;
  }

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

  /** Whether it leaves as soon as it is down. */
  public boolean leaving() {
    return leaving;
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

  /**
   * When it last became ready, to serve or to be started, in the time of the inputs; as with the
   * original, going up is no change of it.
   */
  public long readiedMs() {
    return readiedMs;
  }

  /** Supervision begins; {@code down} tells whether the file of that name is there. */
  public void begin(boolean down, long nowMs) {
    wantUp = !down;
    ready = true;
    changedMs = nowMs;
    readiedMs = nowMs;
    startedMs = nowMs - RESTART_MS;
    actions.changed();
    actions.tell('s');
    if (wantUp) {
      start(nowMs);
    }
  }

  /** Supervision goes on where another supervisor has died. */
  public void adopt(Left left, long nowMs) {
    Status status = left.status();
    int run = left.run();
    wantUp = status.wantUp();
    leaving = left.leaving();
    paused = run != 0 && status.paused();
    ready = run == 0 ? left.finish() == 0 : status.pid() == run && status.ready();
    lastDeath = status.lastDeath();
    changedMs = nowMs;
    readiedMs = nowMs;
    // It may have started long before it came to be as it is, but not after that.
    startedMs = nowMs - Math.clamp(left.lastedMs(), 0, RESTART_MS);
    started = true;
    actions.changed();
    if (left.finish() != 0) {
      finishing(left.finish());
    } else if (run != 0) {
      state = new Up(run);
      if (left.killInMs() >= 0) {
        actions.arm(Timer.KILL, left.killInMs());
      }
    } else if (wantUp) {
      restartInTime(nowMs);
    }
  }

  /** The process of the current state has ended. */
  public void died(WaitStatus status, long nowMs) {
    if (state instanceof Up up) {
      lastDeath = status;
      ready = false;
      paused = false;
      changedMs = nowMs;
      state = DOWN;
      actions.disarm(Timer.KILL);
      actions.tally(status);
      actions.changed();
      actions.tell('d');
      int pid = actions.startFinish(status, up.pid());
      if (pid == 0) {
        finished(false, nowMs);
      } else {
        finishing(pid);
      }
    } else if (state instanceof Finishing) {
      finished(!status.signalled() && status.exitCode() == PERMANENT_FAILURE, nowMs);
    }
  }

  /** The service says that it is ready. */
  public void readied(long nowMs) {
    if (state instanceof Up && !ready) {
      ready = true;
      readiedMs = nowMs;
      actions.changed();
      actions.tell('U');
    }
  }

  /** A timer has run out. */
  public void ranOut(Timer timer, long nowMs) {
    switch (timer) {
      case RESTART -> {
        if (state instanceof Down && wantUp) {
          start(nowMs);
        }
      }
      case KILL -> {
        if (state instanceof Up up) {
          actions.killForTimeout(up.pid());
          actions.arm(Timer.KILL, KILL_AGAIN_MS);
        }
      }
      case FINISH -> {
        if (state instanceof Finishing finishing) {
          actions.warnOfFinishTimeout();
          actions.kill(finishing.pid(), Signal.CONT.number());
          actions.kill(finishing.pid(), Signal.KILL.number());
        }
      }
    }
  }

  /**
   * A byte has come through {@code supervise/control}. An unknown one means nothing, as to the
   * original.
   */
  public void control(char command, long nowMs) {
    if (state instanceof Gone) {
      return;
    }
    switch (command) {
      case 'u', 'd', 'o', 'O' -> want(command, nowMs);
      case 'U' -> {
        actions.setDownFile(false);
        want('u', nowMs);
      }
      case 'D' -> {
        actions.setDownFile(true);
        want('d', nowMs);
      }
      case 'Q' -> {
        actions.setDownFile(true);
        want('O', nowMs);
      }
      case 'x' -> exitWhenDown();
      default -> {
        if (state instanceof Up up) {
          signal(command, up.pid());
        }
      }
    }
  }

  private void start(long nowMs) {
    int pid = actions.startRun();
    if (pid == 0) {
      if (wantUp) {
        actions.arm(Timer.RESTART, SPAWN_FAILURE_MS);
      }
      return;
    }
    state = new Up(pid);
    started = true;
    ready = false;
    paused = false;
    startedMs = nowMs;
    changedMs = nowMs;
    actions.changed();
    actions.tell('u');
  }

  private void finishing(int pid) {
    state = new Finishing(pid);
    actions.changed();
    actions.armFromFile(Timer.FINISH);
  }

  private void finished(boolean forEver, long nowMs) {
    state = DOWN;
    ready = true;
    readiedMs = nowMs;
    actions.disarm(Timer.FINISH);
    if (forEver) {
      wantUp = false;
      actions.tell('O');
    }
    actions.changed();
    actions.tell('D');
    if (leaving) {
      leave();
    } else if (wantUp) {
      restartInTime(nowMs);
    }
  }

  private void restartInTime(long nowMs) {
    actions.arm(Timer.RESTART, Math.max(startedMs + RESTART_MS - nowMs, BREATH_MS));
  }

  private void want(char command, long nowMs) {
    if (wantUp != (command == 'u')) {
      wantUp = !wantUp;
      actions.changed();
    }
    if (state instanceof Up up && command == 'd') {
      actions.killForDown(up.pid());
      actions.kill(up.pid(), Signal.CONT.number());
      pausedIs(false);
      actions.armFromFile(Timer.KILL);
    } else if (state instanceof Down) {
      actions.disarm(Timer.RESTART);
      if (command == 'u' || command == 'o') {
        start(nowMs);
      }
    }
  }

  private void exitWhenDown() {
    if (!leaving) {
      leaving = true;
      actions.changed();
    }
    if (state instanceof Down) {
      leave();
    }
  }

  private void leave() {
    state = GONE;
    wantUp = false;
    actions.disarm(Timer.RESTART);
    actions.changed();
    actions.tell('x');
  }

  private void signal(char command, int pid) {
    switch (command) {
      case 'a' -> actions.kill(pid, Signal.ALRM.number());
      case 'b' -> actions.kill(pid, Signal.ABRT.number());
      case 'q' -> actions.kill(pid, Signal.QUIT.number());
      case 'h' -> actions.kill(pid, Signal.HUP.number());
      case 'k' -> actions.kill(pid, Signal.KILL.number());
      case 't' -> actions.kill(pid, Signal.TERM.number());
      case 'i' -> actions.kill(pid, Signal.INT.number());
      case '1' -> actions.kill(pid, Signal.USR1.number());
      case '2' -> actions.kill(pid, Signal.USR2.number());
      case 'y' -> actions.kill(pid, Signal.WINCH.number());
      case 'r' -> actions.killForDown(pid);
      case 'l' -> actions.killForReload(pid);
      case 'p' -> pause(pid, Signal.STOP);
      case 'c' -> pause(pid, Signal.CONT);
      case 'P' -> pause(-pid, Signal.STOP);
      case 'C' -> pause(-pid, Signal.CONT);
      case 'K' -> actions.kill(-pid, Signal.KILL.number());
      default -> {}
    }
  }

  private void pause(int pid, Signal signal) {
    actions.kill(pid, signal.number());
    pausedIs(signal == Signal.STOP);
  }

  private void pausedIs(boolean now) {
    if (paused != now) {
      paused = now;
      actions.changed();
    }
  }
}
