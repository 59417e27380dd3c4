package s6j.supervise;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import s6j.posix.WaitStatus;

/** Stands in for everything that a {@link Machine} acts on, and writes down what it does. */
final class Recorder implements Machine.Actions {
  final List<String> done = new ArrayList<>();
  final Map<Machine.Timer, Long> armed = new EnumMap<>(Machine.Timer.class);
  boolean runCanStart = true;
  boolean hasFinish;
  long timeoutKill;
  long timeoutFinish = 5000;
  int changes;
  private int lastPid = 100;

  /** What was done since the last time, in words. */
  String take() {
    String all = String.join(" ", done);
    done.clear();
    return all;
  }

  @Override
  public int startRun() {
    done.add(runCanStart ? "run" : "no-run");
    return runCanStart ? ++lastPid : 0;
  }

  @Override
  public int startFinish(WaitStatus death, int group) {
    if (!hasFinish) {
      return 0;
    }
    done.add("finish(" + (death.signalled() ? 256 : death.exitCode()) + "," + death.signal() + ")");
    return ++lastPid;
  }

  @Override
  public void kill(int pid, int signal) {
    done.add("kill(" + (pid < 0 ? "group," : "") + signal + ")");
  }

  @Override
  public void killForDown(int pid) {
    done.add("down-signal");
  }

  @Override
  public void killForReload(int pid) {
    done.add("reload-signal");
  }

  @Override
  public void killForTimeout(int pid) {
    done.add("timeout-kill");
  }

  @Override
  public void arm(Machine.Timer timer, long delayMs) {
    armed.put(timer, delayMs);
  }

  @Override
  public void armFromFile(Machine.Timer timer) {
    long delay = timer == Machine.Timer.KILL ? timeoutKill : timeoutFinish;
    if (delay > 0) {
      armed.put(timer, delay);
    }
  }

  @Override
  public void disarm(Machine.Timer timer) {
    armed.remove(timer);
  }

  @Override
  public void changed() {
    changes++;
  }

  @Override
  public void tell(char event) {
    done.add("'" + event + "'");
  }

  @Override
  public void tally(WaitStatus death) {
    done.add("tally");
  }

  @Override
  public void setDownFile(boolean there) {
    done.add(there ? "create-down" : "remove-down");
  }

  @Override
  public void warnOfFinishTimeout() {
    done.add("warn");
  }
}
