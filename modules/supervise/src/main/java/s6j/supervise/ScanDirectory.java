package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
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

  private static final long CONTROL = Tag.of("scan-control");

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

  /** A service directory and what supervises it. */
  private static final class Service {
    private final Bytes name;
    private Supervisor main;
    private Supervisor logger;
    private int pipeRead = -1;
    private int pipeWrite = -1;
    private boolean active = true;

    Service(Bytes name) {
      this.name = name;
    }
  }

  private final EventLoop loop;
  private final Posix posix;
  private final Bytes path;
  private final Environment environment;
  private final Owner owner;
  private final Map<Identity, Service> services = new LinkedHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Supervisor.Listener listener =
      new Supervisor.Listener() {
        @Override
        public void changed(Supervisor supervisor) {
          checkWaiting();
        }

        @Override
        public void left(Supervisor supervisor) {
          supervisorLeft(supervisor);
        }
      };
  private int controlFd = -1;
  private boolean stopping;

  /** Someone who waits for a condition. */
  private record Waiting(BooleanSupplier condition, CompletableFuture<Boolean> result) {}

  /**
   * @param path the scan directory
   * @param environment what services get
   */
  public ScanDirectory(EventLoop loop, Bytes path, Environment environment, Owner owner) {
    this.loop = loop;
    this.posix = loop.posix();
    this.path = path;
    this.environment = environment;
    this.owner = owner;
  }

  public Bytes path() {
    return path;
  }

  /** Makes {@code .s6-svscan/}, takes its lock and listens to its FIFO. */
  public void open() throws PosixException {
    controlFd = loop.takeHeld(CONTROL);
    if (controlFd < 0) {
      create();
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

  private void controlReceived(byte[] bytes) {
    for (byte b : bytes) {
      char command = (char) (b & 255);
      switch (command) {
        case 'z' -> {
          // Every child is reaped as soon as it ends.
        }
        case 'a' -> scan();
        case 'h' -> {
          scan();
          prune(true);
        }
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
      prune(true);
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
      List<Bytes> paths = new ArrayList<>(names.size() * 2);
      for (Bytes name : names) {
        paths.add(path.slash(name));
        paths.add(path.slash(name).slash("log"));
      }
      List<Stat> stats = new Files(posix).stats(paths);
      for (Service service : services.values()) {
        service.active = false;
      }
      for (int i = 0; i < names.size(); i++) {
        Stat log = stats.get(2 * i + 1);
        found(names.get(i), stats.get(2 * i), log != null && log.isDirectory());
      }
    } catch (PosixException e) {
      owner.warn("unable to scan " + path + ": " + e.getMessage());
    }
    checkWaiting();
  }

  private void found(Bytes name, Stat stat, boolean logged) {
    if (stat == null || !stat.isDirectory()) {
      return;
    }
    if (name.length() > NAME_MAX) {
      owner.warn(
          "name "
              + name
              + " is too long, ignoring it; at most "
              + NAME_MAX
              + " bytes are possible");
      return;
    }
    Identity identity = new Identity(stat.device(), stat.inode());
    Service service = services.get(identity);
    if (service != null) {
      service.active = true;
      return;
    }
    if (stopping
        && !Supervisor.isOrphaned(loop, name)
        && !Supervisor.isOrphaned(loop, name.plus("/log"))) {
      return;
    }
    service = new Service(name);
    services.put(identity, service);
    try {
      if (logged) {
        openPipe(service);
        if (!stopping || Supervisor.isOrphaned(loop, name.plus("/log"))) {
          service.logger = supervise(name.plus("/log"), service.pipeRead, -1);
        }
      }
      if (!stopping || Supervisor.isOrphaned(loop, name)) {
        service.main = supervise(name, -1, service.pipeWrite);
      } else {
        closeWriteEnd(service);
      }
    } catch (PosixException e) {
      owner.warn("unable to supervise " + name + ": " + e.getMessage());
    }
  }

  /**
   * Opens the pipe between a service and its logger, or finds the one that an earlier JVM has
   * opened.
   */
  private void openPipe(Service service) throws PosixException {
    service.pipeRead = loop.takeHeld(pipeTag("read", service));
    service.pipeWrite = loop.takeHeld(pipeTag("write", service));
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
    return Tag.of("pipe-" + end, service.name);
  }

  private Supervisor supervise(Bytes name, int stdin, int stdout) throws PosixException {
    Supervisor.Place place =
        new Supervisor.Place(name, path.slash(name), environment, stdin, stdout);
    Supervisor supervisor = new Supervisor(loop, place, listener);
    supervisor.begin();
    return supervisor;
  }

  private void supervisorLeft(Supervisor left) {
    for (Service service : services.values()) {
      if (service.main == left) {
        service.main = null;
        if (stopping || !service.active) {
          closeWriteEnd(service);
        } else {
          loop.after(REPLACE_MS, () -> replace(service, false));
        }
      } else if (service.logger == left) {
        service.logger = null;
        if (stopping || !service.active) {
          closeReadEnd(service);
        } else {
          loop.after(REPLACE_MS, () -> replace(service, true));
        }
      }
    }
    forgetInactive();
    checkWaiting();
  }

  private void replace(Service service, boolean logger) {
    if (stopping || !service.active) {
      return;
    }
    try {
      if (logger) {
        service.logger = supervise(service.name.plus("/log"), service.pipeRead, -1);
      } else {
        service.main = supervise(service.name, -1, service.pipeWrite);
      }
    } catch (PosixException e) {
      owner.warn("unable to supervise " + service.name + ": " + e.getMessage());
    }
  }

  /**
   * Init's own copies of the pipe: the logger sees the end of its input when the service and this
   * are gone.
   */
  private void closeWriteEnd(Service service) {
    if (service.pipeWrite >= 0) {
      loop.unwatch(service.pipeWrite, pipeTag("write", service));
      new Files(posix).close(service.pipeWrite);
      service.pipeWrite = -1;
    }
  }

  private void closeReadEnd(Service service) {
    if (service.pipeRead >= 0) {
      loop.unwatch(service.pipeRead, pipeTag("read", service));
      new Files(posix).close(service.pipeRead);
      service.pipeRead = -1;
    }
  }

  private void forgetInactive() {
    for (Iterator<Service> i = services.values().iterator(); i.hasNext(); ) {
      Service service = i.next();
      if (!service.active && service.main == null && service.logger == null) {
        i.remove();
      }
    }
  }

  /** Stops the services whose directory is gone. */
  private void prune(boolean loggersToo) {
    for (Service service : List.copyOf(services.values())) {
      if (!service.active) {
        stop(service, loggersToo);
      }
    }
  }

  private static void stop(Service service, boolean killLogger) {
    if (service.logger != null) {
      service.logger.control('x');
      if (killLogger && service.logger != null) {
        service.logger.control('d');
      }
    }
    if (service.main != null) {
      service.main.control('x');
    }
    if (service.main != null) {
      service.main.control('d');
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
    for (Service service : List.copyOf(services.values())) {
      if (service.name.is("s6-svscan-log") && !killLoggers) {
        service.main.control('x');
      } else {
        stop(service, killLoggers);
      }
    }
    checkWaiting();
  }

  /** Whether no service, and no logger, has a process left. */
  public boolean allGone() {
    for (Service service : services.values()) {
      if (service.main != null || service.logger != null) {
        return false;
      }
    }
    return true;
  }

  /** The names of the services and loggers that still have a supervisor. */
  public List<Bytes> remaining() {
    List<Bytes> names = new ArrayList<>();
    for (Service service : services.values()) {
      if (service.main != null) {
        names.add(service.name);
      }
      if (service.logger != null) {
        names.add(service.name.plus("/log"));
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
      if (service.name.equals(name) && service.main != null) {
        Machine machine = service.main.machine();
        return machine.state() instanceof Machine.Up && (!readiness || machine.ready());
      }
    }
    return false;
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
