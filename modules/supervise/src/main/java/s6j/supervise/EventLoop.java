package s6j.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.posix.WaitStatus;

/**
 * The one thread on which supervision happens: it takes the events of the init process, one after
 * another, and runs timers. What is not documented otherwise is called on this thread only.
 */
public final class EventLoop {
  /** What is done when something comes through a watched descriptor. */
  public interface DataHandler {
    /** Bytes have come; none at end-of-file. */
    void received(byte[] bytes, boolean endOfFile);
  }

  /** What is done when a child ends. */
  public interface EndHandler {
    /** The child has ended; it is forgotten when this returns. */
    void ended(WaitStatus status);

    /**
     * Calls, each of which may fail, that are made when the child has ended and before this handler
     * is told; null for none. The loop goes on meanwhile.
     */
    default CallList asks() {
      return null;
    }

    /** The child has ended, and this is what came of the calls. */
    default void ended(WaitStatus status, Results answers) {
      ended(status);
    }
  }

  /** What is done with what is not about a child, a descriptor or a timer. */
  public interface Outside {
    /** A signal has come for init. */
    void signal(int number);

    /** Some processes have ended, known ones or orphans. */
    void processesEnded();

    /** The init process is gone; nothing can be done any more. */
    void gone();
  }

  /** A task that is to be run at some time; it can be taken back. */
  public static final class Timer implements Comparable<Timer> {
    private final long atMs;
    private Runnable task;

    private Timer(long atMs, Runnable task) {
      this.atMs = atMs;
      this.task = task;
    }

    /** The task will not be run. */
    public void cancel() {
      task = null;
    }

    @Override
    public int compareTo(Timer other) {
      return Long.compare(atMs, other.atMs);
    }
  }

  /** A descriptor that is read, and who gets what it has. */
  private static final class Watch {
    private final int fd;
    private final DataHandler handler;

    Watch(int fd, DataHandler handler) {
      this.fd = fd;
      this.handler = handler;
    }
  }

  private final InitProcess posix;
  private final Outside outside;
  private final Map<Integer, EndHandler> children = new HashMap<>();
  private final Map<Integer, WaitStatus> early = new HashMap<>();
  private final Map<Long, Watch> watched = new HashMap<>();

  /** Of tags whose descriptor is no longer watched: how often, while data may be on its way. */
  private final Map<Long, Integer> draining = new HashMap<>();

  private final List<ProcessInfo.Child> inherited;
  private final Map<Long, Integer> held = new HashMap<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long orphans;

  /** A loop that knows what an earlier JVM has left to this one, if there was one. */
  public EventLoop(InitProcess posix, Outside outside) {
    this.posix = posix;
    this.outside = outside;
    this.inherited = new ArrayList<>(posix.info().children());
    for (ProcessInfo.Held one : posix.info().held()) {
      held.put(one.tag(), one.fd());
    }
    for (ProcessInfo.Child child : inherited) {
      if (child.ended() != null) {
        early.put(child.pid(), child.ended());
      }
    }
  }

  public InitProcess posix() {
    return posix;
  }

  /** Milliseconds of a clock that never goes back. Any thread. */
  public static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** How many children that nobody knew have been reaped. */
  public long orphans() {
    return orphans;
  }

  /** Runs until the init process is gone. */
  public void run() {
    try {
      while (handleSafely(posix.nextEvent(untilNextTimer()))) {
        runTimers();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DisconnectedException e) {
      // As when the event says so.
    }
    outside.gone();
  }

  /** Runs a task on the loop, and waits for it. Any other thread. */
  public void call(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    posix.post(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    try {
      done.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs the task on the loop after a time. */
  public Timer after(long delayMs, Runnable task) {
    Timer timer = new Timer(now() + delayMs, task);
    timers.add(timer);
    return timer;
  }

  /**
   * Starts a child. Any thread.
   *
   * @param tag by which the next JVM would recognize it, of {@link Tag}
   * @param handler called on the loop when it has ended
   * @return its pid
   */
  public int spawn(SpawnPlan plan, long tag, EndHandler handler) throws PosixException {
    int pid = posix.spawn(plan, tag);
    expect(pid, handler);
    return pid;
  }

  /**
   * Takes over the child with this tag that an earlier JVM has started and not forgotten: the one
   * that runs, if there are several; the others have had their consequences and are forgotten.
   *
   * @return its pid, or 0; the caller has to {@link #expect} its end
   */
  public int inherit(long tag) {
    ProcessInfo.Child found = null;
    for (ProcessInfo.Child child : inherited) {
      if (child.tag() == tag && (found == null || child.ended() == null)) {
        found = child;
      }
    }
    if (found == null) {
      return 0;
    }
    disinherit(tag, found.pid());
    return found.pid();
  }

  /**
   * Forgets the children with this tag that have ended, as their end has had its consequences, but
   * for one.
   */
  public void disinherit(long tag, int but) {
    for (Iterator<ProcessInfo.Child> i = inherited.iterator(); i.hasNext(); ) {
      ProcessInfo.Child child = i.next();
      if (child.tag() == tag) {
        i.remove();
        if (child.pid() != but && child.ended() != null) {
          posix.forget(child.pid());
        }
      }
    }
  }

  /**
   * Forgets the children of an earlier JVM that nobody has taken over, or does when they end: their
   * pids may be given again.
   */
  public void forgetRest() {
    for (ProcessInfo.Child child : inherited) {
      expect(child.pid(), status -> {});
    }
    inherited.clear();
  }

  /**
   * Whether an earlier JVM has left a descriptor with this tag, which nobody has taken over yet.
   */
  public boolean isHeld(long tag) {
    return held.containsKey(tag);
  }

  /**
   * Takes over the descriptor with this tag that an earlier JVM has left; -1 when there is none.
   */
  public int takeHeld(long tag) {
    Integer fd = held.remove(tag);
    return fd == null ? -1 : fd;
  }

  /** Closes what an earlier JVM has left and nobody has taken over. */
  public void dropHeld() {
    for (int fd : held.values()) {
      unwatch(fd);
      new Files(posix).close(fd);
    }
    held.clear();
  }

  /** Handles the end of a child, which may have come already. Any thread. */
  public void expect(int pid, EndHandler handler) {
    WaitStatus status;
    synchronized (children) {
      status = early.remove(pid);
      if (status == null) {
        children.put(pid, handler);
      }
    }
    if (status != null) {
      posix.post(() -> end(pid, status, handler));
    }
  }

  /**
   * Reads a descriptor of the init process whenever there is something, known by a tag of {@link
   * Tag}.
   */
  public void watch(int fd, long tag, DataHandler handler) throws PosixException {
    watched.put(tag, new Watch(fd, handler));
    posix.watch(fd, tag);
  }

  /**
   * Runs the task when everything that is in the watched descriptors with these tags by now has
   * been received, and has had its consequences. They must be O_NONBLOCK.
   *
   * <p>The death of a child may be told before what it has written: what it asked for comes first.
   */
  public void catchUp(Runnable task, long... tags) {
    List<ProcessInfo.Held> asked = new ArrayList<>(tags.length);
    for (long tag : tags) {
      Watch watch = watched.get(tag);
      if (watch != null) {
        asked.add(new ProcessInfo.Held(watch.fd, tag));
      }
    }
    try {
      posix.readNow(asked);
    } catch (PosixException e) {
      throw new AssertionError("a call that may fail has failed its list", e);
    }
    // What is in line now may put its own consequences in line, which come before the task as well.
    posix.post(() -> posix.post(task));
  }

  /**
   * Reads the descriptor no longer; what is on its way is dropped, even when another descriptor is
   * watched by the same tag from now on. To be called at end-of-file as well.
   */
  public void unwatch(int fd, long tag) {
    watched.remove(tag);
    // What was read before is in line already, before this task; what comes after it is another's.
    draining.merge(tag, 1, Integer::sum);
    posix.unwatchLater(fd, () -> draining.computeIfPresent(tag, (key, n) -> n == 1 ? null : n - 1));
  }

  private void unwatch(int fd) {
    try {
      posix.unwatch(fd);
    } catch (PosixException e) {
      // It has been closed, or has ended: either way it is not watched.
    }
  }

  private Duration untilNextTimer() {
    Timer next = timers.peek();
    return next == null ? null : Duration.ofMillis(Math.max(0, next.atMs - now()));
  }

  private void runTimers() {
    long now = now();
    for (Timer next = timers.peek(); next != null && next.atMs <= now; next = timers.peek()) {
      timers.remove();
      if (next.task != null) {
        runSafely(next.task);
      }
    }
  }

  private boolean handleSafely(InitProcess.Event event) {
    try {
      return handle(event);
    } catch (DisconnectedException e) {
      throw e;
    } catch (RuntimeException e) {
      report(e);
      return true;
    }
  }

  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (DisconnectedException e) {
      throw e;
    } catch (RuntimeException e) {
      report(e);
    }
  }

  /** A mistake of ours about one service must not end the supervision of the others. */
  private void report(RuntimeException mistake) {
    byte[] line = Bytes.of("s6j: warning: internal error: " + mistake + "\n").toArray();
    CallList calls = new CallList();
    calls.attempt(
        Syscall.WRITE, CallList.number(2), CallList.bytes(line), CallList.number(line.length));
    posix.attempt(calls);
  }

  /**
   * Handles one event, null when there was none in time; returns false when there will be no more.
   */
  private boolean handle(InitProcess.Event event) {
    if (event instanceof InitProcess.Posted posted) {
      posted.task().run();
    } else if (event instanceof InitProcess.ChildEnded ended) {
      childEnded(ended);
    } else if (event instanceof InitProcess.DataReceived data) {
      Watch watch = draining.containsKey(data.tag()) ? null : watched.get(data.tag());
      if (watch != null) {
        watch.handler.received(data.bytes(), data.endOfFile());
      }
    } else if (event instanceof InitProcess.SignalReceived signal) {
      outside.signal(signal.number());
    } else if (event instanceof InitProcess.OrphansReaped reaped) {
      orphans += reaped.count();
      outside.processesEnded();
    }
    return !(event instanceof InitProcess.Gone);
  }

  private void childEnded(InitProcess.ChildEnded ended) {
    EndHandler handler;
    synchronized (children) {
      handler = children.remove(ended.pid());
      if (handler == null) {
        early.put(ended.pid(), ended.status());
      }
    }
    if (handler != null) {
      end(ended.pid(), ended.status(), handler);
    }
  }

  /**
   * The child is forgotten only after its end has had its consequences: the next JVM would see to
   * them otherwise.
   */
  private void end(int pid, WaitStatus status, EndHandler handler) {
    CallList calls = handler.asks();
    if (calls == null) {
      handler.ended(status);
      over(pid);
      return;
    }
    posix.callLater(
        calls,
        (answers, failure) -> {
          handler.ended(status, answers);
          over(pid);
        });
  }

  private void over(int pid) {
    posix.forget(pid);
    outside.processesEnded();
  }
}
