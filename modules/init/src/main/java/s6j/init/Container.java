package s6j.init;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.env.Setting;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.InitProcess;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.supervise.EventLoop;
import s6j.supervise.ScanDirectory;

/**
 * A container's life from the first instruction to the exit code: stage 1, stage 2, CMD, stage 3,
 * and what signals do meanwhile.
 */
final class Container implements EventLoop.Outside, ScanDirectory.Owner {
  private static final int RTMIN_PLUS_3 = 37;

  private final InitProcess posix;
  private final EventLoop loop;
  private final Console console = new Console();
  private final StopRequest stop = new StopRequest();
  private final CommandServer commands = new CommandServer(this);
  private final Journal journal = new Journal(this);
  private StateDirectory state;
  private Settings settings;
  private Environment containerEnvironment;
  private Environment serviceEnvironment;
  private ScanDirectory tree;
  private Logging logging;

  /** Null when there is none: nothing of it is loaded then. */
  private PluginHost plugins;

  /** The files of the plugins that an earlier runtime has died of, before it came to anything. */
  private List<String> harmful = List.of();

  private volatile Child foreground;
  private volatile Child cmd;
  private boolean resumed;

  /** Whether a plugin has given the exit code, which CMD's does not replace then. */
  private volatile boolean vetoed;

  /** The container's exit code that could not be written down; 0 when there is none. */
  private volatile int unwrittenCode;

  private volatile boolean inStage3;

  /** Whether the next termination signal may be one that an earlier runtime has acted upon. */
  private boolean perhapsToldBefore;

  Container(InitProcess posix) {
    this.posix = posix;
    this.loop = new EventLoop(posix, this);
  }

  /** Lives the life, or the rest of it. Does not return, unless init is gone. */
  void run() {
    int code = CommandException.SYSTEM;
    try {
      settings = Settings.of(posix.info().environment());
      resumed = posix.info().generation() > 0 && resume();
      if (!resumed) {
        if (posix.info().generation() > 0) {
          harmful = PluginJournal.harmful(posix);
        }
        introduce();
        state = StateDirectory.prepare(posix, console);
      }
      live();
      code = new Stage3(this).run();
    } catch (PosixException e) {
      console.complain("fatal", "unable to go on: " + e.getMessage());
    } catch (RuntimeException e) {
      console.complain("fatal", "internal error: " + e);
    }
    posix.finish(code, settings != null && settings.is(Setting.S6_SYNC_DISKS));
  }

  /** Finds what an earlier runtime has left; what had not come to anything yet is begun again. */
  private boolean resume() throws PosixException {
    // Before that FIFO is held, what is found may be of a container that has ended long ago.
    state = commands.called() ? StateDirectory.find(posix) : null;
    if (state != null && journal.resume()) {
      return true;
    }
    Logging.undo(this);
    loop.dropHeld();
    return false;
  }

  private void introduce() {
    if (!posix.info().pid1()) {
      console.warn(
          "not running as pid 1 (docker run --init, \"init: true\", or a shared pid namespace?): "
              + "working as a subreaper, only own descendants are stopped");
    }
    for (String warning : settings.warnings()) {
      console.complain(warning);
    }
  }

  /**
   * Stage 1, stage 2 and CMD, as far as they are not over; then whatever comes, until somebody asks
   * to stop.
   */
  private void live() throws PosixException {
    new Stage1(this).run();
    commands.awaitCall();
    if (resumed()) {
      commands.open();
    }
    if (journal.stopBefore()) {
      stop.request(journal.killLoggersBefore());
      journal.stop(journal.killLoggersBefore());
      perhapsToldBefore = true;
    }
    Thread events = new Thread(this::supervise, "supervision");
    events.setDaemon(true);
    events.start();
    int failure = new Stage2(this).run();
    if (failure != 0) {
      ExitCode.record(this, failure);
      requestStop(false);
    } else {
      new Cmd(this).begin();
    }
    if (resumed ? stop.requested() : journal.stopBefore()) {
      // Services that were taken over after the request have not been told yet.
      posix.post(() -> stopAll(true));
    }
    if (resumed && !journal.begun(Journal.Step.CONT_FINISH)) {
      loop.call(loop::forgetRest);
    }
    posix.post(commands::openSoon);
    stop.awaitRequest();
  }

  /** A runtime that cannot supervise any more is of no use: init starts another. */
  private void supervise() {
    try {
      loop.run();
    } catch (Error e) {
      console.complain("fatal", "internal error: " + e);
      Runtime.getRuntime().halt(CommandException.SYSTEM);
    }
  }

  /** Whether an earlier runtime has begun this life. */
  boolean resumed() {
    return resumed;
  }

  Journal journal() {
    return journal;
  }

  List<String> harmfulPlugins() {
    return harmful;
  }

  InitProcess posix() {
    return posix;
  }

  CommandServer commands() {
    return commands;
  }

  EventLoop loop() {
    return loop;
  }

  Console console() {
    return console;
  }

  StopRequest stopRequest() {
    return stop;
  }

  StateDirectory state() {
    return state;
  }

  Settings settings() {
    return settings;
  }

  /** The container's environment with what init adds to it. */
  Environment containerEnvironment() {
    return containerEnvironment;
  }

  Environment serviceEnvironment() {
    return serviceEnvironment;
  }

  ScanDirectory tree() {
    return tree;
  }

  Logging logging() {
    return logging;
  }

  /** What stage 1 has prepared for the others. */
  void prepared(
      Environment environmentOfContainer,
      Environment environmentOfServices,
      ScanDirectory scanDirectory,
      Logging where) {
    containerEnvironment = environmentOfContainer;
    serviceEnvironment = environmentOfServices;
    tree = scanDirectory;
    logging = where;
    if (plugins != null) {
      plugins.watchTree();
    }
  }

  /** Plugins were found: what they do at the beginning is yet to come. */
  void plugins(PluginHost host) {
    plugins = host;
  }

  /** A plugin has changed the container's environment. */
  void changed(Environment environmentOfContainer) {
    boolean same = serviceEnvironment == containerEnvironment;
    containerEnvironment = environmentOfContainer;
    if (same) {
      serviceEnvironment = environmentOfContainer;
      posix.post(() -> tree.environment(environmentOfContainer));
    }
  }

  /** Something begins: a point for plugins. */
  void before(Journal.Step step) {
    if (plugins != null) {
      plugins.before(step);
    }
  }

  /** Something is over: a point for plugins. */
  void after(Journal.Step step) {
    if (plugins != null) {
      plugins.after(step);
    }
  }

  /** The init script that runs now, to be told of a stop; null when none does. */
  void setForeground(Child child) {
    foreground = child;
    if (child != null && stop.requested() && !inStage3) {
      child.kill(Signal.TERM);
    }
  }

  void setCmd(Child child) {
    cmd = child;
    if (stop.requested()) {
      child.kill(Signal.TERM);
    }
  }

  Child cmd() {
    return cmd;
  }

  /** Keeps the exit code for which there is no room on disk. */
  void keepCode(int code) {
    unwrittenCode = code;
  }

  /** The exit code that is not on disk, or 0. */
  int keptCode() {
    return unwrittenCode;
  }

  void enterStage3() {
    inStage3 = true;
  }

  /** Asks for the way down, from any thread and in any state. */
  void requestStop(boolean killLoggers) {
    boolean first = stop.request(killLoggers);
    if (first || killLoggers) {
      // Before whoever asks has anything forgotten: the end of CMD, a signal, a control byte.
      journal.stop(killLoggers);
    }
    posix.post(
        () -> {
          stopAll(first);
          posix.acknowledgeTermination();
        });
  }

  /** A plugin stops the container with this code: that is what it ends with. Any thread. */
  void vetoed(int code) {
    vetoed = true;
    ExitCode.record(this, code);
    requestStop(false);
  }

  /**
   * CMD has ended. When it was told to, because the finish script of a service had the container
   * stopped, the code that this script has written is the container's.
   */
  void cmdEnded(int code) {
    if (!vetoed && !(stop.requested() && ExitCode.isGiven(this))) {
      ExitCode.record(this, code);
    }
    requestStop(false);
  }

  private void stopAll(boolean first) {
    if (first && tree != null) {
      tree.terminate(stop.killLoggers());
    }
    Child script = foreground;
    if (first && script != null && !inStage3) {
      script.kill(Signal.TERM);
      script.kill(Signal.CONT);
    }
    Child command = cmd;
    if (command != null && !cmdGetsSignals()) {
      command.kill(Signal.TERM);
      command.kill(Signal.CONT);
    }
    if (first && plugins != null && !inStage3) {
      plugins.hurry();
    }
    if (tree != null) {
      tree.checkWaiting();
    }
  }

  private boolean cmdGetsSignals() {
    return settings.is(Setting.S6_CMD_RECEIVE_SIGNALS);
  }

  @Override
  public void stopRequested(char how) {
    requestStop(how == 'q');
  }

  @Override
  public void warn(String message) {
    console.complain("warning", message);
  }

  @Override
  public void signal(int number) {
    if (diverted(number) || forwarded(number)) {
      posix.acknowledgeTermination();
      return;
    }
    Signal signal = Signal.byNumber(number);
    if (stop.requested() && (signal == Signal.TERM || signal == Signal.INT)) {
      if (!perhapsToldBefore) {
        stop.hurry();
      }
      perhapsToldBefore = false;
    }
    if (asksToStop(number)) {
      requestStop(signal == Signal.QUIT);
    } else if (signal == Signal.HUP || signal == Signal.ALRM) {
      tree.rescan(signal == Signal.HUP);
    }
  }

  /** The others mean something only when there is a script for them. */
  private static boolean asksToStop(int number) {
    Signal signal = Signal.byNumber(number);
    return number == RTMIN_PLUS_3
        || signal == Signal.TERM
        || signal == Signal.INT
        || signal == Signal.PWR
        || signal == Signal.ABRT
        || signal == Signal.QUIT;
  }

  /**
   * Whether a signal to stop the container has come that nobody has handled yet, as nobody takes
   * events in stage 1. One that CMD would get is none. Any thread.
   */
  boolean stopInLine() {
    for (int number : posix.signalsInLine()) {
      if (asksToStop(number)) {
        return !(resumed && cmdGetsSignals());
      }
    }
    return false;
  }

  /** A file {@code .s6-svscan/SIGNAME} that can be executed replaces what the signal does. */
  private boolean diverted(int number) {
    Signal signal = Signal.byNumber(number);
    if (signal == null) {
      return false;
    }
    switch (signal) {
      case HUP, INT, TERM, QUIT, USR1, USR2, PWR, WINCH -> {
        Bytes script = tree.path().slash(".s6-svscan").slash("SIG" + signal.name());
        try {
          if (!new s6j.posix.Files(posix).executable(script)) {
            return false;
          }
          Child.startScript(
              loop,
              Child.scriptPlan(script, serviceEnvironment).inDirectory(tree.path()),
              Tag.of("signal"),
              status -> {});
          return true;
        } catch (PosixException e) {
          console.warn("unable to run " + script + ": " + e.getMessage());
          return false;
        }
      }
      default -> {
        return false;
      }
    }
  }

  private boolean forwarded(int number) {
    Child command = cmd;
    Signal signal = Signal.byNumber(number);
    if (command == null || !command.running() || signal == null || !cmdGetsSignals()) {
      return false;
    }
    switch (signal) {
      case TERM, QUIT, INT, USR1, USR2, PWR, WINCH -> {
        command.kill(signal);
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  @Override
  public void processesEnded() {
    if (tree != null) {
      tree.checkWaiting();
    }
  }

  @Override
  public void gone() {
    // Not System.exit: it would wait for a plugin that has called that.
    Runtime.getRuntime().halt(0);
  }

  /** Makes one list of calls whose failures do not matter. */
  void attempt(CallList calls) {
    if (!calls.isEmpty()) {
      try {
        posix.call(calls);
      } catch (PosixException e) {
        console.warn("internal error: " + e.getMessage());
      }
    }
  }

  /** Tells every process to end but init, this runtime, CMD, these, and what those have started. */
  void endAllBut(List<Integer> spared) {
    List<Integer> all = new ArrayList<>(spared);
    if (cmd != null && cmd.running()) {
      all.add(cmd.pid());
    }
    List<Integer> others = Processes.others(posix.info().pid(), posix.info().pid1(), all);
    kill(others, Signal.TERM.number());
    kill(others, Signal.CONT.number());
  }

  /** Sends every process but init and this runtime a signal. */
  void killAll(int signal) {
    kill(
        posix.info().pid1() ? List.of(-1) : Processes.others(posix.info().pid(), false, List.of()),
        signal);
  }

  private void kill(List<Integer> pids, int signal) {
    CallList calls = new CallList();
    for (int pid : pids) {
      calls.attempt(Syscall.KILL, CallList.number(pid), CallList.number(signal));
    }
    attempt(calls);
  }
}
