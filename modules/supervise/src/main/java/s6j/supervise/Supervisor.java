package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.string;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Script;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
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
   */
  public record Place(
      Bytes name, Bytes directory, Environment environment, int stdin, int stdout) {}

  /** What is read when run is told to end. */
  private static final String[] FOR_DOWN = {"down-signal", "timeout-kill"};

  /** What is read when run has died. */
  private static final String[] FOR_DEATH = {"max-death-tally", "nosetsid"};

  private final EventLoop loop;
  private final InitProcess posix;
  private final Place place;
  private final Listener listener;
  private final ServiceFiles files;
  private final Fifodir events;
  private final DeathTally deaths;
  private final KillLimit killLimit;
  private final Machine machine = new Machine(this);
  private final EventLoop.Timer[] timers = new EventLoop.Timer[Machine.Timer.values().length];
  private final ByteArrayOutputStream untold = new ByteArrayOutputStream();
  private final Stamp changed = new Stamp();
  private final Stamp readied = new Stamp();
  private boolean unsaved;

  /** Signals that are to be sent, and what belongs to them; or null. */
  private CallList unsent;

  /** There is a file {@code kill-at}. */
  private boolean limited;

  /** The death tally that is to be written, or null. */
  private Bytes tally;

  private boolean hasFinish;

  /** There was no finish script when everything was told to end. */
  private boolean endsWithRun;

  private int controlFd = -1;
  private int lockFd = -1;
  private int readinessFd = -1;

  /** One that has not begun yet. */
  public Supervisor(EventLoop loop, Place place, Listener listener) {
    this.loop = loop;
    this.posix = loop.posix();
    this.place = place;
    this.listener = listener;
    this.files = new ServiceFiles(posix, place.directory(), this::warn);
    this.events = new Fifodir(place.directory().slash("event"));
    Bytes supervise = place.directory().slash("supervise");
    this.deaths = new DeathTally(supervise.slash("death_tally"));
    this.killLimit = new KillLimit(supervise.slash("kill-at"));
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

  /**
   * Finds out how the service is: the children of init are the truth about processes, the status
   * file about the rest. The lock is still init's; it is taken again to have a descriptor of it.
   */
  private void adopt() throws PosixException {
    CallList calls = new CallList();
    SuperviseFiles own = own();
    int lock = own.appendLock(calls);
    int file = own.appendReadStatus(calls);
    int limit = killLimit.appendRead(calls);
    // Whatever has become of the directory, its processes are ours to look after.
    Results results = posix.call(calls);
    lockFd = results.failed(lock) ? -1 : results.fd(lock);
    controlFd = loop.takeHeld(tag("control"));
    loop.watch(controlFd, tag("control"), this::controlReceived);
    int finish = loop.inherit(tag("finish"));
    if (finish != 0) {
      loop.disinherit(tag("run"), 0);
    }
    int run = finish == 0 ? loop.inherit(tag("run")) : 0;
    int pid = finish == 0 ? run : finish;
    if (pid != 0) {
      loop.expect(pid, finish == 0 ? new RunEnd(pid) : end -> died(pid, end));
    }
    adoptReadiness(run != 0);
    boolean unwritten =
        results.failed(file)
            ? results.errno(file).equals(Errno.ENOENT)
            : hasFlag(results, file, Status.BEGINNING);
    if (pid == 0 && unwritten) {
      // The earlier JVM has died in the middle of beginning.
      machine.begin(exists(place.directory().slash("down")), EventLoop.now());
      settle();
      return;
    }
    Status status = unwritten ? statusUnknown() : status(results, file);
    boolean known = pid == status.pid();
    long now = EventLoop.now();
    long killAt = known ? KillLimit.in(results, limit, status.changed()) : KillLimit.NONE;
    limited = !results.failed(limit);
    machine.adopt(
        new Machine.Left(
            status,
            run,
            finish,
            hasFlag(results, file, Status.LEAVING),
            known ? sinceMs(status.changed()) : 0,
            killAt == KillLimit.NONE ? -1 : Math.max(killAt - now, 0)),
        now);
    if (known) {
      changed.keep(machine.changedMs(), status.changed());
      readied.keep(machine.readiedMs(), status.readied());
    }
    settle();
    if (machine.leaving() && machine.state() instanceof Machine.Down) {
      // Not before whoever has asked for this supervisor has it.
      posix.post(() -> control("x"));
    }
  }

  private static boolean hasFlag(Results results, int file, int flag) {
    return !results.failed(file + 1) && Status.has(flag, Bytes.of(results.buffer(file + 1)));
  }

  /** How long ago that was by the clock on the wall, which may have been set since. */
  private static long sinceMs(Tai moment) {
    return Instant.now().toEpochMilli() - moment.toInstant().toEpochMilli();
  }

  private void adoptReadiness(boolean running) throws PosixException {
    int readiness = loop.takeHeld(tag("readiness"));
    if (readiness >= 0) {
      listenForReadiness(readiness);
      if (!running) {
        stopListeningForReadiness();
      }
    }
  }

  private Status status(Results results, int file) {
    int read = file + 1;
    String reason = "not understood";
    if (results.failed(read)) {
      reason = results.errno(results.failed(file) ? file : read).text();
    } else {
      Status status = Status.parse(Bytes.of(results.buffer(read)));
      if (status != null) {
        return status;
      }
    }
    warn("unable to read supervise/status: " + reason + "; the file down says what is to be");
    return statusUnknown();
  }

  private Status statusUnknown() {
    Tai now = Tai.of(Instant.now());
    boolean down = exists(place.directory().slash("down"));
    return new Status(now, now, 0, new WaitStatus(0), false, false, !down, false);
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
    flush(machine.state() instanceof Machine.Gone && controlFd >= 0);
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
    List<Integer> ofRun = new ArrayList<>(2);
    try {
      ServiceFiles.ForRun settings = files.forRun();
      List<SpawnPlan.Descriptor> descriptors = descriptors();
      if (settings.lockFd() >= 0) {
        int lock = own().lockService();
        if (lock < 0) {
          warn("unable to spawn ./run: supervise/service-lock is held - waiting 10 seconds");
          return 0;
        }
        ofRun.add(lock);
        give(descriptors, settings.lockFd(), lock);
      }
      if (settings.notificationFd() >= 0) {
        int[] pipe = pipe();
        ofRun.add(pipe[1]);
        listenForReadiness(pipe[0]);
        give(descriptors, settings.notificationFd(), pipe[1]);
      }
      SpawnPlan plan = plan("run", List.of(place.name()), descriptors, settings.session());
      return start("run", settings.newPids() ? plan.inNewPidNamespace() : plan);
    } catch (PosixException e) {
      stopListeningForReadiness();
      warn(
          "unable to spawn ./run"
              + Script.reason(posix, place.directory().slash("run"), e)
              + " - waiting 10 seconds");
      return 0;
    } finally {
      for (int fd : ofRun) {
        new Files(posix).close(fd);
      }
    }
  }

  private static void give(List<SpawnPlan.Descriptor> descriptors, int target, int source) {
    descriptors.removeIf(descriptor -> descriptor.target() == target);
    descriptors.add(new SpawnPlan.Copy(target, source));
  }

  @Override
  public int startFinish(WaitStatus death, int group) {
    stopListeningForReadiness();
    if (!hasFinish) {
      return 0;
    }
    List<Bytes> arguments =
        List.of(
            Bytes.of(Integer.toString(death.signalled() ? 256 : death.exitCode())),
            Bytes.of(Integer.toString(death.signal())),
            place.name(),
            Bytes.of(Integer.toString(group)));
    try {
      return start("finish", plan("finish", arguments, descriptors(), files.sessionOfFinish()));
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT) || exists(place.directory().slash("finish"))) {
        warn(
            "unable to spawn ./finish"
                + Script.reason(posix, place.directory().slash("finish"), e));
      }
      return 0;
    }
  }

  private boolean exists(Bytes file) {
    try {
      return new Files(posix).lstat(file) != null;
    } catch (PosixException e) {
      return true;
    }
  }

  private List<SpawnPlan.Descriptor> descriptors() {
    List<SpawnPlan.Descriptor> descriptors = new ArrayList<>();
    descriptors.add(
        place.stdin() < 0
            ? new SpawnPlan.Open(0, Bytes.of("/dev/null"), OpenFlags.RDONLY, 0)
            : new SpawnPlan.Copy(0, place.stdin()));
    if (place.stdout() >= 0) {
      descriptors.add(new SpawnPlan.Copy(1, place.stdout()));
    }
    return descriptors;
  }

  private SpawnPlan plan(
      String file,
      List<Bytes> arguments,
      List<SpawnPlan.Descriptor> descriptors,
      SpawnPlan.Session session) {
    return SpawnPlan.of(
            Bytes.of("./" + file),
            Script.words(Bytes.of("./" + file), arguments),
            place.environment())
        .inDirectory(place.directory())
        .withDescriptors(descriptors)
        .withSession(session);
  }

  private int start(String file, SpawnPlan plan) throws PosixException {
    int[] pid = new int[1];
    Script.start(
        posix,
        plan,
        place.directory().slash(file),
        runnable -> {
          if (file.equals("run")) {
            RunEnd end = new RunEnd(0);
            end.pid = loop.spawn(runnable, tag(file), end);
            pid[0] = end.pid;
          } else {
            pid[0] = loop.spawn(runnable, tag(file), status -> died(pid[0], status));
          }
        });
    return pid[0];
  }

  private void died(int pid, WaitStatus status) {
    if (machine.state().pid() == pid) {
      machine.died(status, EventLoop.now());
      settle();
    }
  }

  private int[] pipe() throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, out(8), number(OpenFlags.CLOEXEC));
    ByteBuffer ends = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    return new int[] {ends.getInt(), ends.getInt()};
  }

  private void listenForReadiness(int fd) throws PosixException {
    readinessFd = fd;
    loop.watch(
        fd,
        tag("readiness"),
        (bytes, endOfFile) -> {
          boolean line = Bytes.of(bytes).contains('\n');
          if (line) {
            machine.readied(EventLoop.now());
            settle();
          }
          // Behind the status: what is no longer watched is not told to the next JVM, if this one
          // dies now.
          if (line || endOfFile) {
            stopListeningForReadiness();
          }
        });
  }

  private void stopListeningForReadiness() {
    if (readinessFd >= 0) {
      loop.unwatch(readinessFd, tag("readiness"));
      new Files(posix).close(readinessFd);
      readinessFd = -1;
    }
  }

  /** What is to be done at the end of the same input. */
  private CallList unsent() {
    if (unsent == null) {
      unsent = new CallList();
    }
    return unsent;
  }

  @Override
  public void kill(int pid, int signal) {
    unsent().attempt(Syscall.KILL, number(pid), number(signal));
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
              limited = true;
              killLimit.appendWrite(
                  unsent(), changed.at(machine.changedMs()), EventLoop.now() + delay);
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
    if (limited && timer == Machine.Timer.KILL) {
      limited = false;
      killLimit.appendRemove(unsent());
    }
  }

  @Override
  public void changed() {
    unsaved = true;
  }

  @Override
  public void tell(char event) {
    untold.write(event);
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
      Files.appendWrite(calls, down, Bytes.EMPTY, 0666);
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
        file = deaths.appendRead(calls);
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
      tally = max == 0 ? null : DeathTally.with(answers, file, status, max);
    }

    @Override
    public void ended(WaitStatus status) {
      throw new IllegalStateException("told without what was asked");
    }
  }

  /** The tally is written before finish looks at it, or else with the status. */
  @Override
  public void tally(WaitStatus death) {
    if (hasFinish && tally != null) {
      CallList writing = new CallList();
      appendTally(writing);
      posix.callLater(
          writing, (written, failure) -> warnOf("write supervise/death_tally", failure));
    }
  }

  private void warnOf(String what, PosixException failure) {
    if (failure != null) {
      warn("unable to " + what + ": " + failure.getMessage());
    }
  }

  private void appendTally(CallList calls) {
    if (tally != null) {
      deaths.appendReplace(calls, tally);
      tally = null;
    }
  }

  /**
   * Sends signals, writes the status and tells the events since the last time, in one exchange when
   * nobody listens.
   *
   * @param leaving whether everything is closed then, and the supervisor leaves
   */
  private void flush(boolean leaving) {
    files.forget();
    CallList calls = unsent == null ? new CallList() : unsent;
    unsent = null;
    if (!leaving && !unsaved && untold.size() == 0) {
      if (!calls.isEmpty()) {
        posix.callUnheard(calls);
      }
      return;
    }
    Bytes told = Bytes.of(untold.toByteArray());
    unsaved = false;
    untold.reset();
    Bytes content =
        !leaving && machine.leaving() ? status().format(Status.LEAVING) : status().format();
    Files.appendReplace(calls, place.directory().slash("supervise").slash("status"), content, 0644);
    int listing = told.isEmpty() ? -1 : events.appendListing(calls, posix);
    int last = calls.size();
    appendTally(calls);
    CallList closing = new CallList();
    if (leaving) {
      appendCloses(closing);
      calls.appendIndependent(closing);
    }
    posix.callLater(
        calls,
        (results, failure) -> {
          if (failure == null) {
            tellListeners(results, listing, told);
          } else {
            unsaved = true;
            warnOf(
                "write supervise/" + (failure.index() < last ? "status" : "death_tally"), failure);
            CallList again = new CallList();
            int listed = events.appendListing(again, posix);
            again.appendIndependent(closing);
            tellListeners(posix.attempt(again), listed, told);
          }
          if (leaving) {
            listener.left(this);
          }
        });
  }

  private void tellListeners(Results results, int listing, Bytes told) {
    if (told.isEmpty()) {
      return;
    }
    try {
      events.tell(posix, events.listeners(posix, results, listing), told);
    } catch (PosixException e) {
      warn("unable to tell of events: " + e.getMessage());
    }
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
    stopListeningForReadiness();
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
