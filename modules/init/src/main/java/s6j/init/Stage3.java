package s6j.init;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.env.Setting;
import s6j.init.Journal.Step;
import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Script;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.WaitStatus;
import s6j.supervise.EventLoop;
import s6j.supervise.ScanDirectory;

/**
 * Stage 3: the way down. Every time limit is a deadline: it goes on as soon as there is nothing
 * left to wait for.
 */
final class Stage3 {
  /**
   * How long loggers have to see that services are gone, before somebody may be holding them up.
   */
  private static final long LOGGERS_MS = 100;

  /** How soon it is seen that the catch-all logger has read. */
  private static final long LOOK_MS = 5;

  private final Container container;
  private final Console console;
  private final Journal journal;

  Stage3(Container container) {
    this.container = container;
    this.console = container.console();
    this.journal = container.journal();
  }

  /** Runs the stage; returns the container's exit code. */
  int run() {
    container.enterStage3();
    container.before(Step.CONT_FINISH);
    if (!journal.over(Step.CONT_FINISH)) {
      runFinishScripts();
    }
    container.after(Step.CONT_FINISH);
    journal.begin(Step.FINISH, Bytes.EMPTY);
    container.before(Step.FINISH);
    awaitServices();
    if (container.settings().is(Setting.S6_SYNC_DISKS)) {
      console.print("[s6-finish] syncing disks.\n");
    }
    stopProcesses();
    container.after(Step.FINISH);
    Child cmd = container.cmd();
    boolean killed = cmd != null && cmd.running();
    return ExitCode.read(
        container,
        killed ? WaitStatus.killedBy(Signal.KILL.number()).shellCode() : container.keptCode());
  }

  private void runFinishScripts() {
    Bytes directory = container.state().slash("etc").slash("cont-finish.d");
    List<Bytes> names;
    try {
      names = new Files(container.posix()).list(directory);
    } catch (PosixException e) {
      return;
    }
    if (!journal.begun(Step.CONT_FINISH)) {
      console.print("[cont-finish.d] executing container finish scripts...\n");
    }
    for (Bytes name : names) {
      if (!name.startsWith(".") && !journal.over(Step.CONT_FINISH, name)) {
        runFinishScript(directory.slash(name), name);
      }
    }
    console.print("[cont-finish.d] done.\n");
  }

  private void runFinishScript(Bytes path, Bytes name) {
    long limit = container.settings().number(Setting.S6_KILL_FINISH_MAXTIME);
    long tag = Journal.tag(Step.CONT_FINISH, name);
    Child child = Child.inherit(container.loop(), tag, status -> finishScriptEnded(name));
    if (child == null) {
      console.print(Bytes.of("[cont-finish.d] ").plus(name).plus(": executing... \n"));
      journal.begin(Step.CONT_FINISH, name);
      child = startFinishScript(path, name, tag);
    }
    int code = child == null ? CommandException.NOT_FOUND : awaitFinishScript(child, path, limit);
    console.print(Bytes.of("[cont-finish.d] ").plus(name).plus(": exited " + code + ".\n"));
  }

  /** Starts it; null when that is not possible, which has been said then. */
  private Child startFinishScript(Bytes path, Bytes name, long tag) {
    SpawnPlan plan =
        Child.scriptPlan(path, container.serviceEnvironment())
            .inDirectory(Bytes.of("/"))
            .withDescriptors(
                List.of(new SpawnPlan.Open(0, Bytes.of("/dev/null"), OpenFlags.RDONLY, 0)));
    try {
      return Child.startScript(container.loop(), plan, tag, status -> finishScriptEnded(name));
    } catch (PosixException e) {
      console.warn("unable to spawn " + path + Script.reason(container.posix(), path, e));
      return null;
    }
  }

  private void finishScriptEnded(Bytes name) {
    journal.end(Step.CONT_FINISH, name);
  }

  private int awaitFinishScript(Child child, Bytes path, long limit) {
    WaitStatus status = child.await(StopRequest.deadline(limit));
    if (status != null) {
      return status.signalled() ? CommandException.SYSTEM : status.exitCode();
    }
    console.warn(path + " is killed after " + limit + " ms (S6_KILL_FINISH_MAXTIME)");
    child.kill(Signal.KILL);
    child.await(Long.MAX_VALUE);
    return CommandException.TIMEOUT;
  }

  private void awaitServices() {
    console.print("[s6-finish] waiting for services.\n");
    long limit = container.settings().number(Setting.S6_SERVICES_GRACETIME);
    if (!servicesEnd(StopRequest.deadline(limit))) {
      container
          .loop()
          .call(
              () ->
                  console.warn(
                      "timed out after "
                          + limit
                          + " ms (S6_SERVICES_GRACETIME): still up: "
                          + Stage2.joined(container.tree().remaining())));
    }
  }

  /**
   * Loggers go when nobody has them to write to any more. What a service has left behind may: the
   * server of a run script that did not exec it, for one. It would hold up the stop, and is told to
   * end now, as it would be after the wait.
   */
  private boolean servicesEnd(long deadline) {
    ScanDirectory tree = container.tree();
    StopRequest request = container.stopRequest();
    if (!tree.await(() -> onlyLoggersLeft() || request.urgent(), deadline)) {
      return false;
    }
    if (awaitNoService(Math.min(deadline, EventLoop.now() + LOGGERS_MS))) {
      return true;
    }
    endLeftBehind();
    return awaitNoService(deadline);
  }

  private boolean awaitNoService(long deadline) {
    StopRequest request = container.stopRequest();
    return container.tree().await(() -> servicesGone() || request.urgent(), deadline);
  }

  private void endLeftBehind() {
    List<Integer> supervised = new ArrayList<>();
    container.loop().call(() -> supervised.addAll(container.tree().pids()));
    container.endAllBut(supervised);
  }

  private boolean onlyLoggersLeft() {
    return container.tree().onlyLoggersLeftBut(ScanDirectory.CATCH_ALL);
  }

  /** The catch-all logger stays to the end: it logs this. */
  private boolean servicesGone() {
    return container.tree().allGoneBut(ScanDirectory.CATCH_ALL);
  }

  private void stopProcesses() {
    long deadline = EventLoop.now() + container.settings().number(Setting.S6_KILL_GRACETIME);
    if (container.logging().catchAll()) {
      awaitLogger(deadline);
    }
    console.print("[s6-finish] sending all processes the TERM signal.\n");
    if (anyLeft()) {
      container.killAll(Signal.TERM.number());
      container.killAll(Signal.CONT.number());
    }
    if (!container.logging().catchAll()) {
      awaitNoProcess(deadline);
    }
    console.print("[s6-finish] sending all processes the KILL signal and exiting.\n");
    if (container.logging().catchAll()) {
      container.logging().restore(container);
      awaitNoProcess(deadline);
    }
  }

  /**
   * The catch-all logger does not mind TERM once it runs, which it may not yet when CMD was short:
   * then it would end, and with it what it has not read. That it reads is seen by what is left.
   */
  private void awaitLogger(long deadline) {
    long before = container.logging().unlogged(container);
    long left = before;
    while (left > 0
        && left >= before
        && EventLoop.now() < deadline
        && !container.stopRequest().urgent()) {
      container.tree().await(container.stopRequest()::urgent, EventLoop.now() + LOOK_MS);
      before = left;
      left = container.logging().unlogged(container);
    }
  }

  private void awaitNoProcess(long deadline) {
    // The end of a process that is not below init (docker exec) is told by nobody: it is looked for
    // now and then.
    while (anyLeft() && EventLoop.now() < deadline && !container.stopRequest().urgent()) {
      container
          .tree()
          .await(
              () -> !anyLeft() || container.stopRequest().urgent(),
              Math.min(deadline, EventLoop.now() + 100));
    }
  }

  /** Whether a process is left, or CMD's end has not been heard of yet. */
  private boolean anyLeft() {
    Child cmd = container.cmd();
    return cmd != null && cmd.running()
        || Processes.anyLeft(container.posix().info().pid(), container.posix().info().pid1());
  }
}
