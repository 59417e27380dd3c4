package s6j.posix.jnr;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.InitProcess;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * This process as the container's init; as a child subreaper when it is not PID 1.
 *
 * <p>All its children are reaped: nothing in this JVM can wait for a child of its own, {@link
 * ProcessBuilder} included.
 */
public final class JnrInit implements InitProcess {
  private final JnrPosix posix;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Reaper reaper;
  private final Watcher watcher;

  private JnrInit(JnrPosix posix) throws PosixException {
    this.posix = posix;
    this.reaper = new Reaper(posix, events::add);
    this.watcher = new Watcher(events::add);
  }

  /**
   * Starts this JVM again, in the same process, with its arguments and {@code -Xrs}, and with the
   * signals blocked that are to be told of. Only so can QUIT, which the JVM keeps for itself, and
   * the senders of signals be known. Costs one start of a JVM; to be called first in main.
   *
   * <p>Returns when that has been done already, or when a launcher has seen to it.
   */
  public static void restartWithSignalsBlocked() throws PosixException {
    Restart.withSignalsBlocked();
  }

  /**
   * Makes this process the init.
   *
   * @param arguments argv, the name included
   */
  public static JnrInit open(List<Bytes> arguments) throws PosixException {
    return open(arguments, true);
  }

  static JnrInit open(List<Bytes> arguments, boolean mayUnshare) throws PosixException {
    JnrInit init = new JnrInit(JnrPosix.open(ProcessInfo.Kind.INIT, arguments, mayUnshare));
    if (!init.info().pid1()) {
      Native.call(Syscall.PRCTL, Native.PR_SET_CHILD_SUBREAPER, 1);
    }
    new SignalSource(init.events::add, init.reaper::wake).start();
    init.reaper.start();
    return init;
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
  public int spawn(SpawnPlan plan) throws PosixException {
    return reaper.spawn(plan);
  }

  /** The tag means nothing here: no other JVM will come after this one. */
  @Override
  public int spawn(SpawnPlan plan, long tag) throws PosixException {
    return spawn(plan);
  }

  @Override
  public boolean canFork() {
    return posix.canFork();
  }

  @Override
  public Posix fork() throws PosixException {
    return posix.fork();
  }

  @Override
  public WaitStatus waitFor(int pid) {
    throw new IllegalStateException("init hears of its children by events");
  }

  @Override
  public Event nextEvent(Duration patience) throws InterruptedException {
    return patience == null ? events.take() : events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public List<Integer> signalsInLine() {
    return SignalReceived.numbersIn(events);
  }

  @Override
  public void watch(int fd, long tag) throws PosixException {
    watcher.watch(fd, tag);
  }

  @Override
  public void readNow(List<ProcessInfo.Held> watched) {
    for (ProcessInfo.Held one : watched) {
      watcher.readNow(one.fd());
    }
  }

  /** Nothing: no other JVM will come after this one and ask. */
  @Override
  public void hold(int fd, long tag) {}

  @Override
  public void post(Runnable task) {
    events.add(new Posted(task));
  }

  @Override
  public void unwatch(int fd) throws PosixException {
    watcher.unwatch(fd);
  }

  /** Nothing: no other JVM will come after this one and ask. */
  @Override
  public void forget(int pid) {}

  /** Nothing: nobody but this JVM waits for it. */
  @Override
  public void acknowledgeTermination() {}

  @Override
  public void finish(int code, boolean sync) {
    Ending.finish(code, sync);
  }

  @Override
  public void exit(int code) {
    finish(code, false);
  }

  @Override
  public void close() {
    posix.close();
  }
}
