package s6j.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A call of a plugin's code, on a thread of its own, with a time limit. The caller waits for its
 * result, or until the time is over: then the thread is interrupted, and left to itself.
 *
 * @param <T> what the call returns
 */
public final class TimedCall<T> {
  /** The call takes longer than it may. */
  public static final class TimedOut extends Exception {
    private static final long serialVersionUID = 1;

    private TimedOut() {
      super("takes longer than it may");
    }
  }

  /** The call has called {@code System.exit}: its thread will never go on. */
  public static final class Exited extends Exception {
    private static final long serialVersionUID = 1;

    private Exited() {
      super("called System.exit");
    }
  }

  private final Callable<T> code;
  private final CallThread thread;
  private long deadline;
  private boolean over;
  private T result;
  private Throwable failure;

  /** Why the code has failed, when it has thrown {@link #failure}. */
  private String reason;

  private final class CallThread extends Thread implements ExitGuard.Stoppable {
    CallThread(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        T value = code.call();
        end(value, null, null);
      } catch (Throwable e) {
        end(null, e, Reason.of(e));
      }
    }

    @Override
    public void exited() {
      end(null, new Exited(), null);
    }
  }

  /**
   * @param name of the thread
   * @param loader its context class loader
   */
  public TimedCall(String name, ClassLoader loader, Callable<T> code) {
    this.code = code;
    this.thread = new CallThread(name);
    thread.setContextClassLoader(loader);
  }

  /** Says how long it may take from now on. Zero or less is without limit. Any thread. */
  public synchronized void mayTake(Duration time) {
    long nanos;
    try {
      nanos = time.toNanos();
    } catch (ArithmeticException e) {
      nanos = time.isNegative() ? 0 : Long.MAX_VALUE / 2;
    }
    deadline = nanos <= 0 ? NEVER : soon(System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2));
    notifyAll();
  }

  private static final long NEVER = 0;

  private static long soon(long moment) {
    return moment == NEVER ? 1 : moment;
  }

  private synchronized void end(T value, Throwable why, String inWords) {
    if (!over) {
      result = value;
      failure = why;
      reason = inWords;
      over = true;
      notifyAll();
    }
  }

  /**
   * Starts it. To be called once.
   *
   * @param time as for {@link #mayTake}
   */
  public void start(Duration time) {
    mayTake(time);
    thread.start();
  }

  /**
   * What {@link Reason} says of a failure that {@link #await} has thrown. An exception may be of a
   * class of the plugin, whose code must not run on our threads: it was asked on the call's.
   */
  public synchronized String reason(Throwable thrown) {
    return thrown == failure && reason != null ? reason : Reason.of(thrown);
  }

  /** Whether its code still runs, even when nobody waits for it any more. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Interrupts it, and leaves it so much time to end. Any thread, after its start. */
  public void hurry(Duration time) {
    mayTake(time);
    thread.interrupt();
  }

  /** Starts it and waits for its end: see {@link #start} and {@link #await}. */
  public T run(Duration time) throws Throwable {
    start(time);
    return await();
  }

  /**
   * Waits for its end.
   *
   * @throws TimedOut when its time is over
   * @throws Exited when it has called {@code System.exit}
   * @throws InterruptedException when the caller is interrupted, and then so is the call; or thrown
   *     by the call
   * @throws Throwable what the call has thrown
   */
  public synchronized T await() throws Throwable {
    try {
      while (!over) {
        long left = deadline == NEVER ? 0 : (deadline - System.nanoTime() + 999_999) / 1_000_000;
        if (deadline != NEVER && left <= 0) {
          over = true;
          failure = new TimedOut();
          thread.interrupt();
        } else {
          wait(left);
        }
      }
    } catch (InterruptedException e) {
      over = true;
      thread.interrupt();
      throw e;
    }
    if (failure != null) {
      throw failure;
    }
    return result;
  }
}
