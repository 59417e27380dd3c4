package s6j.logging.output;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import s6j.logging.script.Action;
import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/**
 * Lines go to a destination of a plugin, which is called on a thread of its own: a platform thread,
 * since one that hangs or computes for ever must not take a carrier from the virtual threads of the
 * others. Whatever the plugin does, the thread of the logger waits for it no longer than it is
 * told.
 */
public final class BackendOutput implements Output {
  /** How long a destination has at the end. */
  public static final long END_MILLIS = 5000;

  private static final long FORGIVEN_MILLIS = 500;
  private static final long WARN_MILLIS = 60_000;
  private static final long PAUSE_FIRST_MILLIS = 100;
  private static final long PAUSE_MAX_MILLIS = 10_000;

  /** What libraries may need; the threads of the runtime have less. */
  private static final long STACK_BYTES = 1 << 20;

  private static final int BATCH_LINES = 1024;
  private static final int BATCH_BYTES = 256 << 10;

  /** How soon warnings are looked for, while the destination is busy and while it is not. */
  private static final long LOOK_BUSY_MILLIS = 1000;

  private static final long LOOK_IDLE_MILLIS = 10_000;

  /** What a line costs besides its bytes. */
  private static final int LINE_COST = 64;

  /** What all of them hold together, and may: a part of this JVM's memory. */
  private static final AtomicLong HELD_BY_ALL = new AtomicLong();

  private static final long HELD_MAX = Runtime.getRuntime().maxMemory() / 4;

  private final Action.ToBackend action;
  private final LogConfiguration configuration;
  private final RareWarnings warnings;
  private final Progress progress;
  private final long bound;
  private final Thread thread;
  private final List<LogLine> collected = new ArrayList<>();
  private long lookAt;
  private long endBy;
  private boolean hasHadItsTime;

  private final Object lock = new Object();

  /** Guarded by {@link #lock}, as all that follows: lines that no batch has been made of. */
  private final ArrayDeque<LogLine> waiting = new ArrayDeque<>();

  private List<LogLine> batch = List.of();
  private long held;
  private boolean opened;
  private boolean hurrying;
  private boolean ending;
  private boolean interrupted;
  private boolean ended;
  private Throwable failure;

  private BackendOutput(
      Action.ToBackend action,
      String service,
      boolean blocking,
      Warnings warnings,
      Progress progress) {
    this.action = action;
    this.warnings = new RareWarnings(warnings, WARN_MILLIS);
    this.progress = progress;
    this.bound = blocking ? 1 : action.buffer();
    String title = action.title() + ": ";
    this.configuration =
        new LogConfiguration(
            service, action.options(), message -> this.warnings.accept(title + message));
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name(action.title())
            .stackSize(STACK_BYTES)
            .unstarted(this::run);
    this.thread.setContextClassLoader(action.backend().getClass().getClassLoader());
  }

  /**
   * Begins to open a destination; {@link #awaitOpen} tells what came of it.
   *
   * @param service the name of the service, or empty
   * @param blocking whether nothing is read while something is not written
   * @param progress told whenever there may be room again, or the end has come
   */
  public static BackendOutput open(
      Action.ToBackend action,
      String service,
      boolean blocking,
      Warnings warnings,
      Progress progress) {
    BackendOutput output = new BackendOutput(action, service, blocking, warnings, progress);
    output.thread.start();
    return output;
  }

  /**
   * Waits so long for the destination to be open.
   *
   * @return whether it is
   * @throws LogConfigurationException when it cannot be as the script says
   * @throws IOException when it could not be opened, for any other reason
   */
  public boolean awaitOpen(long millis) throws LogConfigurationException, IOException {
    synchronized (lock) {
      if (!opened && failure == null) {
        try {
          lock.wait(millis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (failure instanceof LogConfigurationException e) {
        throw e;
      }
      if (failure != null) {
        throw new IOException(reason(failure), failure);
      }
      return opened;
    }
  }

  /** Whether no more lines should come for now. */
  public boolean full() {
    synchronized (lock) {
      return held >= bound || held > 0 && HELD_BY_ALL.get() > HELD_MAX;
    }
  }

  /** How many lines the destination has not taken. */
  public int untaken() {
    synchronized (lock) {
      return waiting.size() + batch.size();
    }
  }

  /** How messages name it. */
  public String title() {
    return action.title();
  }

  @Override
  public boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    byte[] bytes = LineWriter.composed(layout, stamps, from, start, end);
    collected.add(new LogLine(stamps.time(), bytes));
    return true;
  }

  /** Gives the other thread what has been collected, which then is one batch if it has time. */
  private void handOver() {
    if (collected.isEmpty()) {
      return;
    }
    long cost = 0;
    for (LogLine line : collected) {
      cost += cost(line);
    }
    synchronized (lock) {
      waiting.addAll(collected);
      hold(cost);
      lock.notifyAll();
    }
    collected.clear();
  }

  private static long cost(LogLine line) {
    return line.bytes().length + LINE_COST;
  }

  private void hold(long more) {
    held += more;
    HELD_BY_ALL.addAndGet(more);
  }

  @Override
  public void work(long now) {
    handOver();
    warnings.show();
    lookAt = now + (untaken() > 0 ? LOOK_BUSY_MILLIS : LOOK_IDLE_MILLIS);
  }

  @Override
  public long wakeAt() {
    return lookAt;
  }

  /** Nothing that the process could write. */
  @Override
  public int backlog() {
    return 0;
  }

  /** Whether the end is near: then what has failed is tried again soon. */
  public void hurry(boolean near) {
    synchronized (lock) {
      hurrying = near;
      lock.notifyAll();
    }
  }

  /** Of the time for the end nothing will be left when it comes, if it takes nothing even now. */
  public void hasHadItsTime() {
    hasHadItsTime = true;
  }

  /** Gives the destination its time for the end; then what it has not taken is left. */
  @Override
  public boolean finish(long now) {
    handOver();
    synchronized (lock) {
      if (!ending) {
        ending = true;
        endBy = hasHadItsTime ? now : now + END_MILLIS;
        lock.notifyAll();
      }
      if (!ended && now >= endBy && !interrupted) {
        interrupted = true;
        thread.interrupt();
      }
      if (!ended && now < endBy + FORGIVEN_MILLIS) {
        return false;
      }
      forget();
    }
    warnings.show();
    return true;
  }

  /** Nothing of it counts any more. */
  private void forget() {
    hold(-held);
  }

  /** The process is gone: the destination has its time for the end, and nobody waits for it. */
  public void abandon() {
    handOver();
    synchronized (lock) {
      if (ending && ended) {
        return;
      }
      ending = true;
      lock.notifyAll();
    }
    Thread.ofVirtual().name(thread.getName() + "-end").start(this::interruptLater);
  }

  private void interruptLater() {
    try {
      long patience;
      synchronized (lock) {
        patience = opened ? END_MILLIS : 0;
      }
      if (!thread.join(Duration.ofMillis(patience))) {
        synchronized (lock) {
          interrupted = true;
        }
        thread.interrupt();
        thread.join(Duration.ofMillis(FORGIVEN_MILLIS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (lock) {
      forget();
    }
  }

  // The thread of the destination.

  private void run() {
    LogDestination destination = openDestination();
    if (destination == null) {
      return;
    }
    try {
      while (nextBatch()) {
        deliver(destination);
        taken();
      }
      destination.close();
    } catch (InterruptedException e) {
      // The time is over; how much is left is told by whoever has interrupted.
    } catch (Exception | Error e) {
      warn(e);
    }
    synchronized (lock) {
      ended = true;
    }
    progress.made();
  }

  private LogDestination openDestination() {
    try {
      LogDestination destination = action.backend().open(configuration);
      if (destination == null) {
        throw new IOException("the backend has opened nothing");
      }
      synchronized (lock) {
        opened = true;
        lock.notifyAll();
      }
      return destination;
    } catch (Exception | Error e) {
      synchronized (lock) {
        failure = e;
        ended = true;
        lock.notifyAll();
      }
      return null;
    }
  }

  /** Makes a batch of what waits, when there is something; false at the end. */
  private boolean nextBatch() throws InterruptedException {
    synchronized (lock) {
      while (waiting.isEmpty()) {
        if (ending) {
          return false;
        }
        lock.wait();
      }
      List<LogLine> next = new ArrayList<>();
      int bytes = 0;
      while (!waiting.isEmpty() && next.size() < BATCH_LINES && bytes < BATCH_BYTES) {
        bytes += waiting.peek().bytes().length;
        next.add(waiting.remove());
      }
      batch = List.copyOf(next);
      return true;
    }
  }

  private void taken() {
    boolean room;
    synchronized (lock) {
      long was = held;
      long cost = 0;
      for (LogLine line : batch) {
        cost += cost(line);
      }
      hold(-Math.min(cost, held));
      batch = List.of();
      room = was >= bound && held < bound || ending || HELD_BY_ALL.get() > HELD_MAX / 2;
    }
    if (room) {
      progress.made();
    }
  }

  private void deliver(LogDestination destination) throws InterruptedException {
    for (long pause = PAUSE_FIRST_MILLIS; ; pause = Math.min(2 * pause, PAUSE_MAX_MILLIS)) {
      try {
        destination.write(batch);
        return;
      } catch (Exception | Error e) {
        if (isInterrupted()) {
          throw new InterruptedException(action.title());
        }
        warn(e);
      }
      pause(pause);
    }
  }

  private boolean isInterrupted() {
    synchronized (lock) {
      return interrupted;
    }
  }

  /** Shorter when the end has come: then there is no time to lose. */
  private void pause(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    synchronized (lock) {
      for (; ; ) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        if (ending || hurrying) {
          lock.wait(Math.min(left, PAUSE_FIRST_MILLIS));
          return;
        }
        lock.wait(left);
      }
    }
  }

  private void warn(Throwable reason) {
    warnings.accept(action.title() + ": " + reason(reason));
    progress.made();
  }

  private static String reason(Throwable e) {
    boolean told = e instanceof IOException || e instanceof LogConfigurationException;
    return told && e.getMessage() != null ? e.getMessage() : e.toString();
  }
}
