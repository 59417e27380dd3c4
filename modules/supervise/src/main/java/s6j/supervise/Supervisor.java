package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.posix.WaitStatus;

/**
 * Supervises one service directory, as {@code s6-supervise}: carries out what the {@link Machine}
 * decides, keeps the files in {@code supervise/} and {@code event/}, and listens to {@code
 * supervise/control}. Loop thread only.
 */
public final class Supervisor implements Machine.Actions {
  /** Who is told of changes. */
  public interface Listener {
    /** The status has changed. */
    void changed(Supervisor supervisor);

    /** The supervisor has left. */
    void left(Supervisor supervisor);
  }

  /**
   * What does not change from start to start.
   *
   * @param name as seen in the scan directory: {@code foo} or {@code foo/log}
   * @param directory the service directory
   * @param environment that of run and finish
   * @param stdin a descriptor of init for the service's stdin, or -1 for /dev/null
   * @param stdout a descriptor of init for its stdout, or -1 for that of init
   * @param stderr a descriptor of init for its stderr, or -1 for that of init
   */
  public record Place(
      Bytes name, Bytes directory, Environment environment, int stdin, int stdout, int stderr) {}

  /** What is read when run is told to end. */
  private static final String[] FOR_DOWN = {"down-signal", "timeout-kill"};

  /** What is read when run has died. */
  private static final String[] FOR_DEATH = {"max-death-tally", "nosetsid"};

  private final EventLoop loop;
  private final InitProcess posix;
  private final Place place;
  private final Listener listener;
  private final ServiceFiles files;
  private final Starter starter;
  private final Fifodir events;
  private final KillLimit killLimit;
  private final Outbox outbox;
  private final Readiness readiness;
  private final Machine machine = new Machine(this);
  private final EventLoop.Timer[] timers = new EventLoop.Timer[Machine.Timer.values().length];
  private final Stamp changed = new Stamp();
  private final Stamp readied = new Stamp();

  private boolean hasFinish;

  /** There was no finish script when everything was told to end. */
  private boolean endsWithRun;

  private int controlFd = -1;
  private int lockFd = -1;

  /** One that has not begun yet. */
  public Supervisor(EventLoop loop, Place place, Listener listener) {
    this.loop = loop;
    this.posix = loop.posix();
    this.place = place;
    this.listener = listener;
    Bytes supervise = place.directory().slash("supervise");
    ServiceFiles.Warnings warnings = this::warn;
    this.files = new ServiceFiles(posix, place.directory(), warnings);
    this.starter = new Starter(loop, place, files, warnings);
    this.events = new Fifodir(place.directory().slash("event"));
    this.killLimit = new KillLimit(supervise.slash("kill-at"));
    this.outbox = new Outbox(posix, warnings, this::statusContent, supervise, events);
    this.readiness = new Readiness(loop, tag("readiness"), this::readied);
  }

  Bytes name() {
    return place.name();
  }

  /** Where the service is. */
  public Machine machine() {
    return machine;
  }

  /** Made anew each time: there may be a thousand of us. */
  private SuperviseFiles own() {
    return new SuperviseFiles(posix, place.directory(), events);
  }

  private long tag(String purpose) {
    return Tag.of(purpose, place.directory());
  }

  /** Whether an earlier JVM has supervised this service directory, up to its death. */
  static boolean isOrphaned(EventLoop loop, Bytes directory) {
    return loop.isHeld(Tag.of("control", directory));
  }

  /** Begins, or goes on where an earlier JVM has died. */
  public void begin() throws PosixException {
    if (isOrphaned(loop, place.directory())) {
      adopt();
    } else {
      create();
    }
  }

  private void adopt() throws PosixException {
    Inheritance left = new Inheritance(loop, place.directory(), files, own(), killLimit);
    lockFd = left.lockFd();
    controlFd = loop.takeHeld(tag("control"));
    loop.watch(controlFd, tag("control"), this::controlReceived);
    if (left.finish() != 0) {
      loop.expect(left.finish(), end -> died(left.finish(), end));
    } else if (left.run() != 0) {
      loop.expect(left.run(), new RunEnd(left.run()));
    }
    readiness.adopt(left.run() != 0);
    if (left.isOfBeginning()) {
      machine.begin(left.isDown(), EventLoop.now());
      settle();
      return;
    }
    goOn(left);
  }

  private void goOn(Inheritance inheritance) {
    long now = EventLoop.now();
    Machine.Left left = inheritance.left(this::warn, now);
    machine.adopt(left, now);
    if (inheritance.isOf(left.status())) {
      changed.keep(machine.changedMs(), left.status().changed());
      readied.keep(machine.readiedMs(), left.status().readied());
    }
    settle();
    if (machine.leaving() && machine.state() instanceof Machine.Down) {
      // Not before whoever has asked for this supervisor has it.
      posix.post(() -> control("x"));
    }
  }

  /** Makes the files, and starts run unless there is a file {@code down}. */
  private void create() throws PosixException {
    SuperviseFiles.Created created = own().create();
    lockFd = created.lock();
    controlFd = created.control();
    try {
      loop.watch(controlFd, tag("control"), this::controlReceived);
    } catch (PosixException e) {
      close();
      throw e;
    }
    machine.begin(created.down(), EventLoop.now());
    settle();
  }

  /** Takes control bytes, as if they had come through the FIFO. */
  public void control(String commands) {
    for (int i = 0; i < commands.length(); i++) {
      machine.control(commands.charAt(i), EventLoop.now());
    }
    settle();
  }

  /** Appends the calls that read what a {@code d} will ask for. */
  void appendAheadOfDown(CallList calls) {
    files.appendAhead(calls, FOR_DOWN);
    appendFinish(calls);
  }

  /** Appends the call that looks whether there is a finish script; returns its index. */
  private int appendFinish(CallList calls) {
    return calls.attemptLstat(place.directory().slash("finish"));
  }

  private static boolean isThere(Results results, int call) {
    return !results.failed(call) || !results.errno(call).equals(Errno.ENOENT);
  }

  /** Keeps what they have read for the next control bytes; returns the index behind it. */
  int keepAheadOfDown(Results results, int first) {
    files.keep(results, first, FOR_DOWN);
    int finish = first + ServiceFiles.callsFor(FOR_DOWN.length);
    endsWithRun = !isThere(results, finish);
    return finish + 1;
  }

  private void controlReceived(byte[] bytes, boolean endOfFile) {
    for (byte b : bytes) {
      machine.control((char) (b & 255), EventLoop.now());
    }
    settle();
  }

  /**
   * After an input and all that followed from it: writes the status and tells of events, once for
   * all.
   */
  private void settle() {
    files.forget();
    if (machine.state() instanceof Machine.Gone && controlFd >= 0) {
      CallList closing = new CallList();
      appendCloses(closing);
      outbox.sendLast(closing, () -> listener.left(this));
    } else {
      outbox.send();
    }
    listener.changed(this);
  }

  private interface Doing {
    void run() throws PosixException;
  }

  /** Does what may fail without consequence but a warning. */
  private void attempt(String what, Doing doing) {
    try {
      doing.run();
    } catch (PosixException e) {
      warn("unable to " + what + ": " + e.getMessage());
    }
  }

  @Override
  public int startRun() {
    RunEnd end = new RunEnd(0);
    end.pid = starter.run(own(), readiness, end);
    return end.pid;
  }

  @Override
  public int startFinish(WaitStatus death, int group) {
    readiness.stop();
    if (!hasFinish) {
      return 0;
    }
    int[] pid = new int[1];
    pid[0] = starter.finish(death, group, end -> died(pid[0], end));
    return pid[0];
  }

  private void died(int pid, WaitStatus status) {
    if (machine.state().pid() == pid) {
      machine.died(status, EventLoop.now());
      settle();
    }
  }

  private void readied() {
    machine.readied(EventLoop.now());
    settle();
  }

  @Override
  public void kill(int pid, int signal) {
    outbox.first().attempt(Syscall.KILL, number(pid), number(signal));
  }

  @Override
  public void killForDown(int pid) {
    files.readAhead(FOR_DOWN);
    attempt("read down-signal", () -> kill(pid, files.downSignal()));
  }

  @Override
  public void killForReload(int pid) {
    attempt("read reload-signal", () -> kill(pid, files.reloadSignal()));
  }

  @Override
  public void killForTimeout(int pid) {
    attempt(
        "read flag-timeout-killpg",
        () -> kill(files.killsGroup() ? -pid : pid, Signal.KILL.number()));
  }

  @Override
  public void armFromFile(Machine.Timer timer) {
    attempt(
        "read the time limit",
        () -> {
          long delay = timer == Machine.Timer.KILL ? files.timeoutKill() : files.timeoutFinish();
          if (delay > 0) {
            arm(timer, delay);
            if (timer == Machine.Timer.KILL) {
              // In one list with the signal: init makes all of it, whatever becomes of this JVM.
              killLimit.appendWrite(
                  outbox.first(), changed.at(machine.changedMs()), EventLoop.now() + delay);
            }
          }
        });
  }

  @Override
  public void arm(Machine.Timer timer, long delayMs) {
    cancel(timer);
    timers[timer.ordinal()] =
        loop.after(
            delayMs,
            () -> {
              if (timer == Machine.Timer.RESTART) {
                restart(timers[timer.ordinal()]);
              } else {
                ranOut(timer);
              }
            });
  }

  private void ranOut(Machine.Timer timer) {
    machine.ranOut(timer, EventLoop.now());
    settle();
  }

  /**
   * Whoever has died may have asked for something before, as a finish script that ends with {@code
   * s6-svc -d .} does; that is heard before run is started once more, if it is at all.
   */
  private void restart(EventLoop.Timer due) {
    loop.catchUp(
        () -> {
          if (timers[Machine.Timer.RESTART.ordinal()] == due) {
            ranOut(Machine.Timer.RESTART);
          }
        },
        tag("control"),
        ScanDirectory.CONTROL);
  }

  private void cancel(Machine.Timer timer) {
    if (timers[timer.ordinal()] != null) {
      timers[timer.ordinal()].cancel();
      timers[timer.ordinal()] = null;
    }
  }

  @Override
  public void disarm(Machine.Timer timer) {
    cancel(timer);
    if (timer == Machine.Timer.KILL && killLimit.isThere()) {
      killLimit.appendRemove(outbox.first());
    }
  }

  @Override
  public void changed() {
    outbox.changed();
  }

  @Override
  public void tell(char event) {
    outbox.tell(event);
  }

  @Override
  public void warnOfFinishTimeout() {
    warn("finish script lifetime reached maximum value - sending it a SIGKILL");
  }

  @Override
  public void setDownFile(boolean there) {
    Bytes down = place.directory().slash("down");
    CallList calls = new CallList();
    if (there) {
      Files.appendWriteAtOnce(calls, down, Bytes.EMPTY, 0666);
    } else {
      calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(down), number(0));
    }
    attempt(there ? "create the file down" : "remove the file down", () -> posix.call(calls));
  }

  /** Run has died: first it is read, in one exchange, what matters then. */
  private final class RunEnd implements EventLoop.EndHandler {
    private int pid;
    private int ahead;
    private int file;
    private int finish;
    private boolean last;

    RunEnd(int pid) {
      this.pid = pid;
    }

    @Override
    public CallList asks() {
      CallList calls = new CallList();
      finish = appendFinish(calls);
      // The next supervisor begins with an empty tally, and nobody would read this one before.
      last = endsWithRun && machine.leaving();
      if (!last) {
        ahead = files.appendAhead(calls, FOR_DEATH);
        file = outbox.deaths().appendRead(calls);
      }
      return calls;
    }

    @Override
    public void ended(WaitStatus status, Results answers) {
      hasFinish = isThere(answers, finish);
      if (!last) {
        files.keep(answers, ahead, FOR_DEATH);
        attempt("read supervise/death_tally", () -> addToTally(status, answers));
      }
      died(pid, status);
      files.forget();
    }

    private void addToTally(WaitStatus status, Results answers) throws PosixException {
      int max = files.maxDeathTally();
      outbox.tally(max == 0 ? null : DeathTally.with(answers, file, status, max));
    }

    @Override
    public void ended(WaitStatus status) {
      throw new IllegalStateException("told without what was asked");
    }
  }

  /** The tally is written before finish looks at it, or else with the status. */
  @Override
  public void tally(WaitStatus death) {
    if (hasFinish) {
      outbox.sendTally();
    }
  }

  private Bytes statusContent() {
    boolean leaves = machine.leaving() && !(machine.state() instanceof Machine.Gone);
    return leaves ? status().format(Status.LEAVING) : status().format();
  }

  Status status() {
    boolean finishing = machine.state() instanceof Machine.Finishing;
    return new Status(
        changed.at(machine.changedMs()),
        readied.at(machine.readiedMs()),
        machine.state().pid(),
        machine.lastDeath(),
        machine.started() ? machine.paused() : machine.state().pid() == 0,
        finishing,
        machine.wantUp(),
        machine.ready());
  }

  /** Closes what is open; the lock ends with that. */
  private void close() {
    CallList calls = new CallList();
    appendCloses(calls);
    if (!calls.isEmpty()) {
      posix.callUnheard(calls);
    }
  }

  private void appendCloses(CallList calls) {
    readiness.stop();
    if (controlFd >= 0) {
      loop.unwatch(controlFd, tag("control"));
      calls.attempt(Syscall.CLOSE, number(controlFd));
      controlFd = -1;
    }
    if (lockFd >= 0) {
      calls.attempt(Syscall.CLOSE, number(lockFd));
      lockFd = -1;
    }
  }

  private void warn(String message) {
    CallList calls = new CallList();
    byte[] line =
        Bytes.of("s6-supervise ").plus(place.name()).plus(": warning: " + message + "\n").toArray();
    calls.attempt(Syscall.WRITE, number(2), CallList.bytes(line), number(line.length));
    posix.attempt(calls);
  }
}
