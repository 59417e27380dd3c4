package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.Tag;

/**
 * The supervision tree of a scan directory, as {@code s6-svscan}: a supervisor for every service
 * directory in it and for its {@code log/}, with a pipe between the two that outlives both;
 * commands through {@code .s6-svscan/control}. Loop thread only, but for {@link #await}.
 */
public final class ScanDirectory {
  /** The longest name of a service. */
  public static final int NAME_MAX = 251;

  /** A supervisor that has died, or was told to leave, is replaced after this time. */
  private static final long REPLACE_MS = 1000;

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

  /**
   * A file, by what it is and not by its name. The methods are written out: generated ones are slow
   * the first time.
   */
  private record Identity(long device, long inode) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Identity that && device == that.device && inode == that.inode;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(device * 31 + inode);
    }
  }

  /** The place of a supervisor: that of a service or that of its logger. */
  private final class Seat implements Supervisor.Listener {
    private final Service service;
    private final boolean isLogger;
    private Supervisor supervisor;
    private boolean toBeFilled;
    private String complaint;

    Seat(Service service, boolean isLogger) {
      this.service = service;
      this.isLogger = isLogger;
    }

    Bytes name() {
      return isLogger ? service.name.plus("/log") : service.name;
    }

    Bytes directory() {
      return isLogger ? service.directory.slash("log") : service.directory;
    }

    void control(String commands) {
      if (supervisor != null) {
        supervisor.control(commands);
      }
    }

    @Override
    public void changed(Supervisor one) {
      if (watcher != null) {
        watcher.changed(one.name(), one.status());
      }
      checkWaiting();
    }

    @Override
    public void left(Supervisor one) {
      if (watcher != null) {
        watcher.left(one.name());
      }
      supervisorLeft(this);
    }
  }

  /** A service directory and what supervises it. */
  private final class Service {
    private final Bytes name;

    /**
     * Where it is. What is in the scan directory is usually a link, which may go before the service
     * does.
     */
    private final Bytes directory;

    private final Seat main = new Seat(this, false);
    private final Seat logger;
    private int pipeRead = -1;
    private int pipeWrite = -1;
    private boolean active = true;

    Service(Bytes name, Bytes directory, boolean logged) {
      this.name = name;
      this.directory = directory;
      this.logger = logged ? new Seat(this, true) : null;
    }

    boolean isEmpty() {
      return main.supervisor == null && (logger == null || logger.supervisor == null);
    }
  }

  private final EventLoop loop;
  private final Posix posix;
  private final Bytes path;
  private Environment environment;
  private final Owner owner;
  private final Limits limits;
  private final Map<Identity, Service> services = new LinkedHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();

  /** How many supervisors there are; they are many when they leave, one after another. */
  private int supervisors;

  private int controlFd = -1;

  /** Where it is written down what is supervised; null for nowhere. */
  private Bytes list;

  private boolean listIsOld;
  private boolean stopping;
  private boolean scanWhenGone;
  private Watcher watcher;

  /** Someone who waits for a condition. */
  private record Waiting(BooleanSupplier condition, CompletableFuture<Boolean> result) {}

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
    this.path = path;
    this.environment = environment;
    this.owner = owner;
  }

  public Bytes path() {
    return path;
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
      create();
    } else if (list != null) {
      recall();
    }
    loop.watch(controlFd, CONTROL, (bytes, endOfFile) -> controlReceived(bytes));
  }

  private void create() throws PosixException {
    Bytes own = path.slash(".s6-svscan");
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(own), number(0700));
    int lockFlags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int lock =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(own.slash("lock")),
            number(lockFlags),
            number(0600));
    calls.add(
        Syscall.FCNTL,
        resultOf(lock),
        number(FileLock.command(posix.info().arch())),
        CallList.bytes(FileLock.exclusive()));
    Bytes fifo = own.slash("control");
    calls.attempt(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(fifo),
        number(Stat.FIFO | 0600),
        number(0));
    int flags = OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int control = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    Results results = posix.call(calls);
    controlFd = results.fd(control);
  }

  /** Knows again what an earlier JVM has supervised; the next scan says what is still there. */
  private void recall() {
    List<ServiceList.Entry> entries = new ArrayList<>();
    CallList calls = new CallList();
    try {
      for (ServiceList.Entry one :
          ServiceList.parse(new Files(posix).read(list, ServiceList.SIZE_MAX))) {
        if (isOrphaned(one.directory())) {
          entries.add(one);
          calls.attemptStat(one.directory());
        }
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        owner.warn("unable to read " + list + ": " + e.getMessage());
      }
    }
    Results results = entries.isEmpty() ? null : posix.attempt(calls);
    for (int i = 0; i < entries.size(); i++) {
      ServiceList.Entry one = entries.get(i);
      Stat stat = directoryAt(results, i);
      // That of a directory that is gone is nobody else's.
      Identity identity = stat == null ? new Identity(-1, i) : identity(stat);
      Service service = new Service(one.name(), one.directory(), one.logged());
      service.active = false;
      services.putIfAbsent(identity, service);
    }
  }

  /** Whether an earlier JVM has supervised the service or its logger, up to its death. */
  private boolean isOrphaned(Bytes directory) {
    return Supervisor.isOrphaned(loop, directory)
        || Supervisor.isOrphaned(loop, directory.slash("log"));
  }

  private void saveList() {
    if (list == null || !listIsOld) {
      return;
    }
    listIsOld = false;
    ServiceList all = new ServiceList();
    for (Service service : services.values()) {
      all.add(service.name, service.directory, service.logger != null);
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
      List<Bytes> names = new Files(posix).list(path);
      names.removeIf(name -> name.startsWith("."));
      List<Found> fresh = findNew(names);
      List<Service> gone = gone();
      for (Service one : gone) {
        // An earlier JVM may have supervised it.
        fill(one);
      }
      for (Found one : fresh) {
        found(one, gone);
      }
    } catch (PosixException e) {
      owner.warn("unable to scan " + path + ": " + e.getMessage());
    }
    saveList();
    checkWaiting();
  }

  /**
   * A service directory that is not supervised yet.
   *
   * @param link where its name leads, or null when it is the directory itself
   */
  private record Found(Bytes name, Bytes link, boolean logged, Identity identity) {}

  private static final int CALLS_FOR_NAME = 3;

  /** What is said of all names is forgotten before the first of them is started. */
  private List<Found> findNew(List<Bytes> names) throws PosixException {
    markAllGone();
    List<Found> found = new ArrayList<>();
    if (names.isEmpty()) {
      return found;
    }
    Results results = look(names);
    for (int i : markActive(names, results)) {
      int call = i * CALLS_FOR_NAME;
      Bytes link = results.failed(call + 2) ? null : Bytes.of(results.buffer(call + 2));
      boolean logged = directoryAt(results, call + 1) != null;
      Identity identity = identity(directoryAt(results, call));
      found.add(new Found(names.get(i), link, logged, identity));
    }
    return found;
  }

  /** What each name is, what its {@code log} is, and where it leads. */
  private Results look(List<Bytes> names) throws PosixException {
    CallList calls = new CallList();
    for (Bytes name : names) {
      calls.attemptStat(path.slash(name));
      calls.attemptStat(path.slash(name).slash("log"));
      calls.attempt(
          Syscall.READLINKAT,
          number(CallList.AT_FDCWD),
          string(path.slash(name)),
          outUpToResult(LINK_MAX),
          number(LINK_MAX));
    }
    return posix.call(calls);
  }

  private static Stat directoryAt(Results results, int call) {
    Stat stat = results.failed(call) ? null : Stat.of(results.buffer(call));
    return stat != null && stat.isDirectory() ? stat : null;
  }

  private static Identity identity(Stat stat) {
    return new Identity(stat.device(), stat.inode());
  }

  private void markAllGone() {
    for (Service service : services.values()) {
      service.active = false;
    }
  }

  /** Marks the services that are still there, and returns where the new ones are in the list. */
  private List<Integer> markActive(List<Bytes> names, Results results) {
    List<Integer> fresh = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Stat stat = directoryAt(results, i * CALLS_FOR_NAME);
      Service known = stat == null ? null : services.get(identity(stat));
      if (known == null && stat != null) {
        fresh.add(i);
      } else if (known != null) {
        known.active = true;
        fill(known);
      }
    }
    return fresh;
  }

  private List<Service> gone() {
    List<Service> gone = new ArrayList<>();
    for (Service service : services.values()) {
      if (!service.active) {
        gone.add(service);
      }
    }
    return gone;
  }

  private void found(Found found, List<Service> gone) {
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
    Bytes directory = path.slash(name);
    if (found.link() != null) {
      directory = found.link().startsWith("/") ? found.link() : path.slash(found.link());
    }
    boolean logged = found.logged();
    if (stopping && !isOrphaned(directory) || mustGoFirst(directory, gone)) {
      return;
    }
    if (seats() + (logged ? 2 : 1) > limits.servicesMax()) {
      owner.warn("unable to start supervisor for " + name + ": too many services");
      return;
    }
    Service service = new Service(name, directory, logged);
    if (services.putIfAbsent(found.identity(), service) == null) {
      listIsOld = true;
      fill(service);
    }
  }

  private int seats() {
    if (limits.servicesMax() == Integer.MAX_VALUE) {
      return 0;
    }
    int count = 0;
    for (Service service : services.values()) {
      count += service.logger == null ? 1 : 2;
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
      if (service.directory.equals(directory) && !service.isEmpty()) {
        found = true;
        scanWhenGone = true;
        stop(service, true);
      }
    }
    return found && !allGone(directory);
  }

  private boolean allGone(Bytes directory) {
    for (Service service : services.values()) {
      if (service.directory.equals(directory) && !service.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static final int LINK_MAX = 1024;

  /** Sees to it that the service and its logger are supervised. */
  private void fill(Service service) {
    if (service.logger != null) {
      fill(service.logger);
    }
    fill(service.main);
  }

  private void fill(Seat seat) {
    if (seat.supervisor != null || seat.toBeFilled) {
      return;
    }
    Service service = seat.service;
    if ((stopping || !service.active) && !Supervisor.isOrphaned(loop, seat.directory())) {
      closeEnd(seat);
      return;
    }
    try {
      if (service.logger != null) {
        openPipe(service);
      }
      seat.supervisor =
          seat.isLogger
              ? supervise(seat, service.pipeRead, -1)
              : supervise(seat, limits.stdin(), service.pipeWrite);
      supervisors++;
      seat.complaint = null;
    } catch (PosixException e) {
      String complaint = "unable to supervise " + seat.name() + ": " + e.getMessage();
      if (!complaint.equals(seat.complaint)) {
        owner.warn(complaint);
      }
      seat.complaint = complaint;
      fillLater(seat);
    }
  }

  private void fillLater(Seat seat) {
    seat.toBeFilled = true;
    loop.after(REPLACE_MS, () -> loop.catchUp(() -> fillNow(seat), CONTROL));
  }

  private void fillNow(Seat seat) {
    seat.toBeFilled = false;
    fill(seat);
    forgetInactive();
    saveList();
    checkWaiting();
  }

  /**
   * Opens the pipe between a service and its logger, or finds the one that an earlier JVM has
   * opened.
   */
  private void openPipe(Service service) throws PosixException {
    if (service.pipeRead >= 0 || service.pipeWrite >= 0) {
      return;
    }
    service.pipeRead = loop.takeHeld(pipeTag("read", service));
    service.pipeWrite = loop.takeHeld(pipeTag("write", service));
    if (service.pipeRead >= 0
        && service.pipeWrite < 0
        && !Supervisor.isOrphaned(loop, service.main.directory())
        && !Supervisor.isOrphaned(loop, service.logger.directory())) {
      // The earlier JVM has died before it could say which is the other end.
      closeEnd(service.logger);
    }
    if (service.pipeRead >= 0 || service.pipeWrite >= 0) {
      return;
    }
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, out(8), number(OpenFlags.CLOEXEC));
    ByteBuffer ends = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    service.pipeRead = ends.getInt();
    service.pipeWrite = ends.getInt();
    loop.posix().hold(service.pipeRead, pipeTag("read", service));
    loop.posix().hold(service.pipeWrite, pipeTag("write", service));
  }

  private static long pipeTag(String end, Service service) {
    return Tag.of("pipe-" + end, service.directory);
  }

  private Supervisor supervise(Seat seat, int stdin, int stdout) throws PosixException {
    Supervisor.Place place =
        new Supervisor.Place(seat.name(), seat.directory(), environment, stdin, stdout);
    Supervisor supervisor = new Supervisor(loop, place, seat);
    supervisor.begin();
    return supervisor;
  }

  private void supervisorLeft(Seat seat) {
    seat.supervisor = null;
    supervisors--;
    if (stopping || !seat.service.active) {
      closeEnd(seat);
    } else {
      fillLater(seat);
    }
    if (!seat.service.active && forgetInactive() && scanWhenGone) {
      scanWhenGone = false;
      loop.posix().post(this::scan);
    }
    saveList();
    checkWaiting();
  }

  /**
   * Closes init's own copy of an end of the pipe: the logger sees the end of its input when the
   * service and this are gone.
   */
  private void closeEnd(Seat seat) {
    Service service = seat.service;
    if (seat.isLogger && service.pipeRead >= 0) {
      closeHeld(service.pipeRead, pipeTag("read", service));
      service.pipeRead = -1;
    } else if (!seat.isLogger && service.pipeWrite >= 0) {
      closeHeld(service.pipeWrite, pipeTag("write", service));
      service.pipeWrite = -1;
    }
  }

  private void closeHeld(int fd, long tag) {
    loop.unwatch(fd, tag);
    new Files(posix).close(fd);
  }

  /** Forgets services that are neither there nor supervised any more; returns whether any was. */
  private boolean forgetInactive() {
    boolean any = false;
    for (Iterator<Service> i = services.values().iterator(); i.hasNext(); ) {
      Service service = i.next();
      if (!service.active && service.isEmpty()) {
        closeEnd(service.main);
        if (service.logger != null) {
          closeEnd(service.logger);
        }
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
      if (!service.active) {
        stop(service, loggersToo);
      }
    }
  }

  private void stop(Service service, boolean killLogger) {
    if (service.logger != null) {
      service.logger.control(killLogger ? "xd" : "x");
    }
    service.main.control("xd");
    closeUnused(service);
  }

  /** A logger whose service has no supervisor at the moment would wait for its input for ever. */
  private void closeUnused(Service service) {
    if (service.main.supervisor == null) {
      closeEnd(service.main);
    }
    if (service.logger != null && service.logger.supervisor == null) {
      closeEnd(service.logger);
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
      if (service.name.is("s6-svscan-log") && !killLoggers) {
        service.main.control("x");
      } else {
        stop(service, killLoggers);
      }
    }
    checkWaiting();
  }

  /** What matters for those that are told to go down, of many in one exchange. */
  private void readAhead() {
    List<Supervisor> up = new ArrayList<>();
    for (Service service : services.values()) {
      Supervisor one = service.main.supervisor;
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
      boolean supervised =
          service.main.supervisor != null
              || service.logger != null && service.logger.supervisor != null;
      if (supervised && !service.name.is(name)) {
        return false;
      }
    }
    return true;
  }

  /** The names of the services and loggers that still have a supervisor. */
  public List<Bytes> remaining() {
    List<Bytes> names = new ArrayList<>();
    for (Service service : services.values()) {
      if (service.main.supervisor != null) {
        names.add(service.main.name());
      }
      if (service.logger != null && service.logger.supervisor != null) {
        names.add(service.logger.name());
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
      if (service.active && service.name.equals(name) && service.main.supervisor != null) {
        Machine machine = service.main.supervisor.machine();
        return machine.state() instanceof Machine.Up && (!readiness || machine.ready());
      }
    }
    return false;
  }

  /** Runs the task as soon as nothing has a process left. */
  public void whenAllGone(Runnable task) {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    gone.thenRun(task);
    startWaiting(new Waiting(this::allGone, gone), Long.MAX_VALUE);
  }

  /**
   * Waits until a condition holds, which is looked at on the loop after every change. Any other
   * thread.
   *
   * @param deadlineMs in the time of {@link EventLoop#now}; {@link Long#MAX_VALUE} for no deadline
   * @return whether it holds
   */
  public boolean await(BooleanSupplier condition, long deadlineMs) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    loop.posix().post(() -> startWaiting(new Waiting(condition, result), deadlineMs));
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void startWaiting(Waiting one, long deadlineMs) {
    waiting.add(one);
    if (deadlineMs != Long.MAX_VALUE) {
      EventLoop.Timer timer =
          loop.after(
              Math.max(0, deadlineMs - EventLoop.now()),
              () -> {
                waiting.remove(one);
                one.result().complete(false);
              });
      one.result().thenRun(timer::cancel);
    }
    checkWaiting();
  }

  /**
   * Looks at the conditions again, because something outside has changed that one of them may
   * depend on.
   */
  public void checkWaiting() {
    for (Iterator<Waiting> i = waiting.iterator(); i.hasNext(); ) {
      Waiting one = i.next();
      if (one.condition().getAsBoolean()) {
        i.remove();
        one.result().complete(true);
      }
    }
  }
}
