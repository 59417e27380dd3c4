package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.posix.Arch;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.InitProcess;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * A command as the init of what it supervises. It waits itself, in epoll, for its signals and
 * descriptors, and reaps its own children. Nobody comes after it, so nothing is held for anyone.
 *
 * <p>For one thread: that which takes the events.
 */
final class SupervisingProcess implements InitProcess {
  private static final int SIGNAL_ACTION = 32;
  private static final int SENDER = 12;
  private static final int RLIMIT_NOFILE = 7;
  private static final int EPOLLIN = 1;
  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int READY_AT_ONCE = 32;
  private static final int ENDS_AT_ONCE = 8;
  private static final int WNOHANG = 1;
  private static final int ANY_CHILD = -1;
  private static final int CHUNK = 4096;

  private final Posix posix;
  private final Deque<Event> events = new ArrayDeque<>();
  private final Map<Integer, Long> watched = new HashMap<>();
  private final Set<Integer> children = new HashSet<>();
  private final List<SpawnPlan.Limit> limitsOfChildren = new ArrayList<>();
  private byte[] maskBefore;
  private int signals = -1;
  private int epoll = -1;

  private SupervisingProcess(Posix posix) {
    this.posix = posix;
  }

  /**
   * Prepares the calling process.
   *
   * @param heard the signals that are told of; the others do what they do
   */
  static SupervisingProcess of(Posix posix, List<Signal> heard) throws PosixException {
    SupervisingProcess process = new SupervisingProcess(posix);
    process.prepare(heard);
    return process;
  }

  private void prepare(List<Signal> heard) throws PosixException {
    SignalSet set = set(heard);
    CallList calls = new CallList();
    int ignored = Signal.CHLD.number();
    calls.add(
        Syscall.RT_SIGACTION,
        number(ignored),
        CallList.bytes(new byte[SIGNAL_ACTION]),
        CallList.nothing(),
        number(SignalSet.SIZE));
    int mask = set.appendBlockOnly(calls);
    int descriptor = set.appendDescriptor(calls);
    int created = calls.add(Syscall.EPOLL_CREATE1, number(OpenFlags.CLOEXEC));
    Results results = posix.call(calls);
    maskBefore = results.buffer(mask);
    signals = results.fd(descriptor);
    epoll = results.fd(created);
    control(ADD, signals);
  }

  /** With SIGCHLD, which wakes, and SIGPIPE, which would kill. */
  private static SignalSet set(List<Signal> heard) {
    List<Signal> all = new ArrayList<>(heard);
    all.add(Signal.CHLD);
    all.add(Signal.PIPE);
    return SignalSet.of(all.toArray(new Signal[0]));
  }

  /**
   * Allows itself as many open files as it may, because it has some for every service; its children
   * have the limit that it was given.
   */
  void raiseOpenFiles() {
    CallList asking = new CallList();
    asking.attempt(
        Syscall.PRLIMIT64, number(0), number(RLIMIT_NOFILE), CallList.nothing(), out(16));
    Results results = posix.attempt(asking);
    if (results.failed(0)) {
      return;
    }
    ByteBuffer pair = ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder());
    long soft = pair.getLong();
    long hard = pair.getLong();
    if (soft != hard && !posix.attempt(limit(hard, hard)).failed(0)) {
      limitsOfChildren.add(new SpawnPlan.Limit(RLIMIT_NOFILE, soft, hard));
    }
  }

  private static CallList limit(long soft, long hard) {
    byte[] pair =
        ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(soft).putLong(hard).array();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PRLIMIT64,
        number(0),
        number(RLIMIT_NOFILE),
        CallList.bytes(pair),
        CallList.nothing());
    return calls;
  }

  /** Nothing more is waited for: the next event is that this process is gone. */
  void stop() {
    events.addFirst(new Gone());
  }

  /** The process is again as it was found, to become another program. */
  void restore() {
    for (SpawnPlan.Limit limit : limitsOfChildren) {
      posix.attempt(limit(limit.soft(), limit.hard()));
    }
    CallList calls = new CallList();
    // A pipe that broke must not kill what follows.
    SignalSet.appendRead(calls, signals);
    calls.attempt(Syscall.CLOSE, number(signals));
    calls.attempt(Syscall.CLOSE, number(epoll));
    SignalSet.appendRestore(calls, maskBefore);
    posix.attempt(calls);
  }

  @Override
  public Event nextEvent(Duration patience) {
    if (events.isEmpty()) {
      receive(patience == null ? -1 : Math.clamp(patience.toMillis(), 0, Integer.MAX_VALUE));
    }
    return events.poll();
  }

  /** Waits; what there is then goes in line, the ends of children last. */
  private void receive(int patienceMs) {
    CallList calls = new CallList();
    int size = eventSize(posix.info().arch());
    int waited =
        calls.attempt(
            Syscall.EPOLL_PWAIT,
            number(epoll),
            out(size * READY_AT_ONCE),
            number(READY_AT_ONCE),
            number(patienceMs),
            CallList.nothing(),
            number(SignalSet.SIZE));
    int signalled = SignalSet.appendRead(calls, signals);
    appendWaits(calls);
    Results results = posix.attempt(calls);
    if (!results.failed(signalled)) {
      tellSignals(results.buffer(signalled));
    }
    if (!results.failed(waited) && results.value(waited) > 0) {
      readAll(ready(results.buffer(waited), size, (int) results.value(waited)));
    }
    boolean more = tellEnds(results, signalled + 1);
    while (more) {
      calls = new CallList();
      appendWaits(calls);
      more = tellEnds(posix.attempt(calls), 0);
    }
  }

  /** The kernel's struct is packed on one architecture only. */
  private static int eventSize(Arch arch) {
    return arch == Arch.AMD64 ? 12 : 16;
  }

  private static void appendWaits(CallList calls) {
    for (int i = 0; i < ENDS_AT_ONCE; i++) {
      calls.attempt(Syscall.WAIT4, number(ANY_CHILD), out(4), number(WNOHANG), CallList.nothing());
    }
  }

  private void tellSignals(byte[] infos) {
    ByteBuffer b = ByteBuffer.wrap(infos).order(ByteOrder.nativeOrder());
    for (int at = 0; at + SignalSet.RECORD <= infos.length; at += SignalSet.RECORD) {
      int signal = b.getInt(at);
      if (signal != Signal.CHLD.number() && signal != Signal.PIPE.number()) {
        events.add(new SignalReceived(signal, b.getInt(at + SENDER)));
      }
    }
  }

  private List<ProcessInfo.Held> ready(byte[] found, int size, int count) {
    ByteBuffer b = ByteBuffer.wrap(found).order(ByteOrder.nativeOrder());
    List<ProcessInfo.Held> ready = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int fd = (int) b.getLong(i * size + size - 8);
      Long tag = watched.get(fd);
      if (tag != null) {
        ready.add(new ProcessInfo.Held(fd, tag));
      }
    }
    return ready;
  }

  /**
   * Reads each once, which must not block.
   *
   * @return whether one of them may have more
   */
  private boolean readAll(List<ProcessInfo.Held> ready) {
    if (ready.isEmpty()) {
      return false;
    }
    CallList calls = new CallList();
    for (ProcessInfo.Held one : ready) {
      calls.attempt(Syscall.READ, number(one.fd()), outUpToResult(CHUNK), number(CHUNK));
    }
    Results results = posix.attempt(calls);
    boolean more = false;
    for (int i = 0; i < ready.size(); i++) {
      ProcessInfo.Held one = ready.get(i);
      if (results.value(i) > 0) {
        events.add(new DataReceived(one.tag(), results.buffer(i), false));
      } else if (!isNothingYet(results, i)) {
        posix.attempt(controlling(DELETE, one.fd()));
        events.add(new DataReceived(one.tag(), new byte[0], true));
      }
      more |= results.value(i) == CHUNK;
    }
    return more;
  }

  private static boolean isNothingYet(Results results, int call) {
    return results.failed(call)
        && (results.errno(call).equals(Errno.EAGAIN) || results.errno(call).equals(Errno.EINTR));
  }

  /** Returns whether there may be more. */
  private boolean tellEnds(Results results, int from) {
    int orphans = 0;
    int i = from;
    for (; i < from + ENDS_AT_ONCE && results.value(i) > 0; i++) {
      int pid = (int) results.value(i);
      if (children.remove(pid)) {
        ByteBuffer status = ByteBuffer.wrap(results.buffer(i)).order(ByteOrder.nativeOrder());
        events.add(new ChildEnded(pid, new WaitStatus(status.getInt())));
      } else {
        orphans++;
      }
    }
    if (orphans > 0) {
      events.add(new OrphansReaped(orphans));
    }
    return i == from + ENDS_AT_ONCE;
  }

  private void control(int operation, int fd) throws PosixException {
    Results results = posix.attempt(controlling(operation, fd));
    if (results.failed(0)) {
      throw new PosixException(results.errno(0), 0);
    }
  }

  private CallList controlling(int operation, int fd) {
    int size = eventSize(posix.info().arch());
    ByteBuffer event = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    event.putInt(0, EPOLLIN).putLong(size - 8, fd);
    CallList calls = new CallList();
    calls.attempt(
        Syscall.EPOLL_CTL,
        number(epoll),
        number(operation),
        number(fd),
        CallList.bytes(event.array()));
    return calls;
  }

  @Override
  public void watch(int fd, long tag) throws PosixException {
    control(ADD, fd);
    watched.put(fd, tag);
  }

  @Override
  public void unwatch(int fd) throws PosixException {
    if (watched.remove(fd) == null) {
      throw new PosixException(Errno.ENOENT, -1);
    }
    posix.attempt(controlling(DELETE, fd));
  }

  @Override
  public void readNow(List<ProcessInfo.Held> those) {
    while (readAll(those)) {}
  }

  @Override
  public void hold(int fd, long tag) {}

  @Override
  public void post(Runnable task) {
    events.add(new Posted(task));
  }

  @Override
  public int spawn(SpawnPlan plan, long tag) throws PosixException {
    return spawn(plan);
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    List<SpawnPlan.Limit> limits = new ArrayList<>(limitsOfChildren);
    limits.addAll(plan.limits());
    int pid = posix.spawn(plan.withLimits(limits));
    children.add(pid);
    return pid;
  }

  @Override
  public boolean canFork() {
    return false;
  }

  @Override
  public Posix fork() throws PosixException {
    throw new PosixException(Errno.ENOSYS, -1);
  }

  @Override
  public WaitStatus waitFor(int pid) {
    throw new IllegalStateException("this process hears of its children by events");
  }

  @Override
  public void forget(int pid) {}

  @Override
  public void acknowledgeTermination() {}

  @Override
  public void finish(int code, boolean sync) {
    posix.exit(code);
  }

  @Override
  public ProcessInfo info() {
    return posix.info();
  }

  @Override
  public Results call(CallList calls) throws PosixException {
    return posix.call(calls);
  }

  @Override
  public void exit(int code) {
    posix.exit(code);
  }

  @Override
  public void close() {
    posix.close();
  }
}
