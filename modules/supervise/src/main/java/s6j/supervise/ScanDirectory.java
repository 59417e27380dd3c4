package s6j.supervise;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Tag;

/**
 * The supervision tree of a scan directory, as {@code s6-svscan}: a supervisor for every service
 * directory in it and for its {@code log/}, with a pipe between the two that outlives both;
 * commands through {@code .s6-svscan/control}. Loop thread only, but for {@link #await}.
 */
public final class ScanDirectory {
  /** The longest name of a service. */
  public static final int NAME_MAX = 251;

  /** By which {@code .s6-svscan/control} is watched. */
  static final long CONTROL = Tag.of("scan-control");

  /**
   * What can be chosen.
   *
   * @param servicesMax how many services there may be, loggers counted
   * @param nameMax the longest name of a service, in bytes
   * @param stdin a descriptor of init for the stdin of services that are no loggers, or -1 for
   *     /dev/null
   */
  public record Limits(int servicesMax, int nameMax, int stdin) {
    /** Those of {@code /init}. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, NAME_MAX, -1);
  }

  /** What comes through {@code .s6-svscan/control} that is not about scanning. */
  public interface Owner {
    /**
     * The tree is to be stopped.
     *
     * @param how the control byte: {@code t}, {@code i}, {@code q} or {@code b}
     */
    void stopRequested(char how);

    /** One line for whoever reads the log, without its end. */
    void warn(String message);
  }

  /** Is told of every change of a service or logger, on the loop; must not block. */
  public interface Watcher {
    /**
     * Something about it has changed.
     *
     * @param name as seen in the scan directory: {@code foo} or {@code foo/log}
     */
    void changed(Bytes name, Status status);

    /** It is not supervised any more. */
    void left(Bytes name);
  }

  /** The service that logs what init says, and services without a logger; it goes last. */
  public static final String CATCH_ALL = "s6-svscan-log";

  private final EventLoop loop;
  private final Posix posix;
  private final Bytes path;
  private Environment environment;
  private final Owner owner;
  private final Limits limits;
  private final Map<Scan.Identity, Service> services = new LinkedHashMap<>();
  private final Around around = new Around();
  private final Conditions conditions;

  /** How many supervisors there are; they are many when they leave, one after another. */
  private int supervisors;

  private int controlFd = -1;
  private int catchAllOut = -1;
  private int catchAllErr = -1;

  /** Where it is written down what is supervised; null for nowhere. */
  private Bytes list;

  private boolean listIsOld;
  private boolean stopping;
  private boolean scanWhenGone;
  private Watcher watcher;

  /**
   * @param path the scan directory
   * @param environment what services get
   */
  public ScanDirectory(EventLoop loop, Bytes path, Environment environment, Owner owner) {
    this(loop, path, environment, owner, Limits.NONE);
  }

  /** As the other, with other limits. */
  public ScanDirectory(
      EventLoop loop, Bytes path, Environment environment, Owner owner, Limits limits) {
    this.limits = limits;
    this.loop = loop;
    this.posix = loop.posix();
    this.conditions = new Conditions(loop);
    this.path = path;
    this.environment = environment;
    this.owner = owner;
  }

  public Bytes path() {
    return path;
  }

  /**
   * Gives the catch-all logger these descriptors of init as its stdout and stderr: with those that
   * init has it would read what it writes, and never see the end of its input.
   */
  public void catchAllOutput(int out, int err) {
    catchAllOut = out;
    catchAllErr = err;
  }

  /** Tells of changes from now on; there is one watcher at most. */
  public void watch(Watcher one) {
    watcher = one;
  }

  /** What services get that are supervised from now on. */
  public void environment(Environment one) {
    environment = one;
  }

  /**
   * Writes into this file what is supervised, from now on, for a next JVM: it finds there what is
   * not in the scan directory any more.
   */
  public void keepList(Bytes file) {
    list = file;
  }

  /**
   * Makes {@code .s6-svscan/}, takes its lock and listens to its FIFO; or does so where an earlier
   * JVM has died.
   */
  public void open() throws PosixException {
    controlFd = loop.takeHeld(CONTROL);
    if (controlFd < 0) {
      controlFd = ScanFiles.create(posix, path);
    } else if (list != null) {
      recall();
    }
    loop.watch(controlFd, CONTROL, (bytes, endOfFile) -> controlReceived(bytes));
  }

  /** Knows again what an earlier JVM has supervised; the next scan says what is still there. */
  private void recall() {
    List<ServiceList.Entry> entries = new ArrayList<>();
    CallList calls = new CallList();
    try {
      for (ServiceList.Entry one : ServiceList.read(posix, list)) {
        if (Service.isOrphaned(loop, one.directory())) {
          entries.add(one);
          calls.attemptStat(one.directory());
        }
      }
    } catch (PosixException e) {
      owner.warn("unable to read " + list + ": " + e.getMessage());
    }
    Results results = entries.isEmpty() ? null : posix.attempt(calls);
    for (int i = 0; i < entries.size(); i++) {
      ServiceList.Entry one = entries.get(i);
      Scan.Identity identity = Scan.Identity.of(results, i);
      services.putIfAbsent(
          identity == null ? Scan.Identity.ofNone(i) : identity,
          new Service(loop, around, one.name(), one.directory(), one.logged()));
    }
  }

  private void saveList() {
    if (list == null || !listIsOld) {
      return;
    }
    listIsOld = false;
    ServiceList all = new ServiceList();
    for (Service service : services.values()) {
      all.add(service.name(), service.directory(), service.isLogged());
    }
    CallList calls = new CallList();
    Files.appendReplace(calls, list, all.content(), 0600);
    loop.posix()
        .callLater(
            calls,
            (results, failure) -> {
              if (failure != null) {
                owner.warn("unable to write " + list + ": " + failure.getMessage());
              }
            });
  }

  private void controlReceived(byte[] bytes) {
    for (byte b : bytes) {
      char command = (char) (b & 255);
      switch (command) {
        case 'z' -> {
          // Every child is reaped as soon as it ends.
        }
        case 'a' -> scan();
        case 'h' -> rescan(true);
        case 'n' -> prune(false);
        case 'N' -> prune(true);
        case 't', 'i', 'q', 'b' -> owner.stopRequested(command);
        default -> owner.warn("received unknown control command: " + command);
      }
    }
  }

  /** As control byte {@code a}, or {@code h} when those that are gone are to be stopped. */
  public void rescan(boolean prune) {
    scan();
    if (prune) {
      prune(false);
    }
  }

  /**
   * Looks for new service directories and supervises them. Those that are gone are only marked, as
   * with s6-svscan.
   */
  public void scan() {
    if (!stopping) {
      scanAll();
    }
  }

  /**
   * Takes over the services that an earlier JVM has supervised.
   *
   * @param stopAsWell whether they were being stopped: then those that have gone already stay gone
   */
  public void adopt(boolean stopAsWell) {
    stopping = stopAsWell;
    scanAll();
  }

  private void scanAll() {
    try {
      List<Scan.Found> fresh = findNew();
      List<Service> gone = gone();
      for (Service one : gone) {
        // An earlier JVM may have supervised it.
        one.fill();
      }
      for (Scan.Found one : fresh) {
        found(one, gone);
      }
    } catch (PosixException e) {
      owner.warn("unable to scan " + path + ": " + e.getMessage());
    }
    saveList();
    conditions.check();
  }

  /**
   * Marks the services that are still there, and returns what is new. What is said of all names is
   * forgotten before the first of them is started.
   */
  private List<Scan.Found> findNew() throws PosixException {
    List<Scan.Found> all = Scan.of(posix, path);
    for (Service service : services.values()) {
      service.active(false);
    }
    List<Scan.Found> fresh = new ArrayList<>();
    for (Scan.Found one : all) {
      Service known = services.get(one.identity());
      if (known == null) {
        fresh.add(one);
      } else if (isThere(known, one)) {
        known.active(true);
        known.fill();
      }
    }
    return fresh;
  }

  /**
   * Whether a directory that was found is still where its service has it. One that was renamed is
   * gone for its service, and at its place there may be another.
   */
  private boolean isThere(Service known, Scan.Found found) {
    if (known.active() || known.directory().equals(found.directory(path))) {
      return true;
    }
    CallList calls = new CallList();
    calls.attemptStat(known.directory());
    return found.identity().equals(Scan.Identity.of(posix.attempt(calls), 0));
  }

  private List<Service> gone() {
    List<Service> gone = new ArrayList<>();
    for (Service service : services.values()) {
      if (!service.active()) {
        gone.add(service);
      }
    }
    return gone;
  }

  private void found(Scan.Found found, List<Service> gone) {
    Bytes name = found.name();
    if (name.length() > limits.nameMax()) {
      owner.warn(
          "name "
              + name
              + " is too long, ignoring it; at most "
              + limits.nameMax()
              + " bytes are possible");
      return;
    }
    Bytes directory = found.directory(path);
    if (stopping && !Service.isOrphaned(loop, directory) || mustGoFirst(directory, gone)) {
      return;
    }
    if (seats() + (found.logged() ? 2 : 1) > limits.servicesMax()) {
      owner.warn("unable to start supervisor for " + name + ": too many services");
      return;
    }
    Service service = new Service(loop, around, name, directory, found.logged());
    if (services.putIfAbsent(found.identity(), service) == null) {
      listIsOld = true;
      service.active(true);
      service.fill();
    }
  }

  private int seats() {
    if (limits.servicesMax() == Integer.MAX_VALUE) {
      return 0;
    }
    int count = 0;
    for (Service service : services.values()) {
      count += service.isLogged() ? 2 : 1;
    }
    return count;
  }

  /**
   * Whether another directory has been at this place, whose service is not over: it is told to go,
   * and then the new one is looked for again.
   */
  private boolean mustGoFirst(Bytes directory, List<Service> gone) {
    boolean found = false;
    for (Service service : gone) {
      if (service.directory().equals(directory) && !service.isEmpty()) {
        found = true;
        scanWhenGone = true;
        service.stop(true);
      }
    }
    return found && !allGone(directory);
  }

  private boolean allGone(Bytes directory) {
    for (Service service : services.values()) {
      if (service.directory().equals(directory) && !service.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What services see of this. */
  private final class Around implements Service.Tree {
    @Override
    public Environment environment() {
      return environment;
    }

    @Override
    public int stdin() {
      return limits.stdin();
    }

    @Override
    public int stdout(Bytes name) {
      return name.is(CATCH_ALL) ? catchAllOut : -1;
    }

    @Override
    public int stderr(Bytes name) {
      return name.is(CATCH_ALL) ? catchAllErr : -1;
    }

    @Override
    public boolean stopping() {
      return stopping;
    }

    @Override
    public void warn(String message) {
      owner.warn(message);
    }

    @Override
    public void begun() {
      supervisors++;
    }

    @Override
    public void triedAgain() {
      forgetInactive();
      saveList();
      conditions.check();
    }

    @Override
    public void changed(Supervisor one) {
      if (watcher != null) {
        watcher.changed(one.name(), one.status());
      }
      conditions.check();
    }

    @Override
    public void left(Service service, Supervisor one) {
      if (watcher != null) {
        watcher.left(one.name());
      }
      supervisors--;
      if (!service.active() && forgetInactive() && scanWhenGone) {
        scanWhenGone = false;
        loop.posix().post(ScanDirectory.this::scan);
      }
      saveList();
      conditions.check();
    }
  }

  /** Forgets services that are neither there nor supervised any more; returns whether any was. */
  private boolean forgetInactive() {
    boolean any = false;
    for (Iterator<Service> i = services.values().iterator(); i.hasNext(); ) {
      Service service = i.next();
      if (!service.active() && service.isEmpty()) {
        service.close();
        i.remove();
        listIsOld = true;
        any = true;
      }
    }
    return any;
  }

  /** Stops the services whose directory is gone. */
  private void prune(boolean loggersToo) {
    for (Service service : List.copyOf(services.values())) {
      if (!service.active()) {
        service.stop(loggersToo);
      }
    }
  }

  /**
   * Tells every service to stop and every supervisor to leave; loggers go when what they log has
   * ended.
   *
   * @param killLoggers whether loggers are told to stop as well
   */
  public void terminate(boolean killLoggers) {
    stopping = true;
    readAhead();
    for (Service service : List.copyOf(services.values())) {
      if (service.name().is(CATCH_ALL) && !killLoggers) {
        service.leaveToItself();
      } else {
        service.stop(killLoggers);
      }
    }
    conditions.check();
  }

  /** What matters for those that are told to go down, of many in one exchange. */
  private void readAhead() {
    List<Supervisor> up = new ArrayList<>();
    for (Service service : services.values()) {
      Supervisor one = service.supervisor();
      if (one != null && one.machine().state() instanceof Machine.Up) {
        up.add(one);
      }
    }
    for (int from = 0; from < up.size(); from += READ_AHEAD) {
      List<Supervisor> some = up.subList(from, Math.min(up.size(), from + READ_AHEAD));
      CallList calls = new CallList();
      for (Supervisor one : some) {
        one.appendAheadOfDown(calls);
      }
      Results results = posix.attempt(calls);
      int at = 0;
      for (Supervisor one : some) {
        at = one.keepAheadOfDown(results, at);
      }
    }
  }

  private static final int READ_AHEAD = 100;

  /** Whether no service, and no logger, has a process left. */
  public boolean allGone() {
    return supervisors == 0;
  }

  /** A service has one for itself and one for its logger. */
  private static final int SEATS_MAX = 2;

  /** Whether no service or logger, but perhaps the service of this name, has a supervisor left. */
  public boolean allGoneBut(String name) {
    if (supervisors > SEATS_MAX) {
      return false;
    }
    for (Service service : services.values()) {
      if (!service.isEmpty() && !service.name().is(name)) {
        return false;
      }
    }
    return true;
  }

  /** Whether of services none, but perhaps that of this name, has a supervisor left. */
  public boolean onlyLoggersLeftBut(String name) {
    for (Service service : services.values()) {
      if (service.supervisor() != null && !service.name().is(name)) {
        return false;
      }
    }
    return true;
  }

  /** The processes of services and loggers: those that are run, not what these have started. */
  public List<Integer> pids() {
    List<Integer> pids = new ArrayList<>();
    for (Service service : services.values()) {
      addPid(service.supervisor(), pids);
      addPid(service.loggersSupervisor(), pids);
    }
    return pids;
  }

  private static void addPid(Supervisor supervisor, List<Integer> pids) {
    if (supervisor != null && supervisor.status().pid() != 0) {
      pids.add(supervisor.status().pid());
    }
  }

  /** The names of the services and loggers that still have a supervisor. */
  public List<Bytes> remaining() {
    List<Bytes> names = new ArrayList<>();
    for (Service service : services.values()) {
      if (service.supervisor() != null) {
        names.add(service.supervisor().name());
      }
      if (service.loggersSupervisor() != null) {
        names.add(service.loggersSupervisor().name());
      }
    }
    return names;
  }

  /**
   * Whether the service is up and, if it tells of its readiness, ready; also when it is not meant
   * to be up.
   */
  public boolean started(Bytes name, boolean readiness) {
    for (Service service : services.values()) {
      if (service.active() && service.name().equals(name) && service.supervisor() != null) {
        Machine machine = service.supervisor().machine();
        return machine.state() instanceof Machine.Up && (!readiness || machine.ready());
      }
    }
    return false;
  }

  /** Runs the task as soon as nothing has a process left. */
  public void whenAllGone(Runnable task) {
    conditions.whenHolds(this::allGone, task);
  }

  /**
   * Waits until a condition holds, which is looked at on the loop after every change. Any other
   * thread.
   *
   * @param deadlineMs in the time of {@link EventLoop#now}; {@link Long#MAX_VALUE} for no deadline
   * @return whether it holds
   */
  public boolean await(BooleanSupplier condition, long deadlineMs) {
    return conditions.await(condition, deadlineMs);
  }

  /**
   * Looks at the conditions again, because something outside has changed that one of them may
   * depend on.
   */
  public void checkWaiting() {
    conditions.check();
  }
}
