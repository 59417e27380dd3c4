package s6j.posix.shim;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** Closes the connections of those that do not greet in time. */
final class LateGreetings implements AutoCloseable {
  private final long patienceNanos;
  private final LinkedBlockingQueue<Expected> queue = new LinkedBlockingQueue<>();
  private Thread thread;

  /** A connection that has not greeted yet. */
  static final class Expected {
    private final long deadline;
    private SocketChannel channel;

    private Expected(SocketChannel channel, long deadline) {
      this.channel = channel;
      this.deadline = deadline;
    }

    /** The greeting has come; the connection is no longer ours to close, nor to remember. */
    synchronized void arrived() {
      channel = null;
    }

    private long left() {
      return deadline - System.nanoTime();
    }

    private synchronized boolean hasArrived() {
      return channel == null;
    }

    private synchronized void expire() {
      if (channel == null) {
        return;
      }
      try {
        channel.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
      channel = null;
    }
  }

  LateGreetings(Duration patience) {
    patienceNanos = patience.toNanos();
  }

  void start() {
    thread = new Thread(this::expireAll, "late-greetings");
    thread.setDaemon(true);
    thread.start();
  }

  /** Gives a connection its time from now on. */
  Expected expect(SocketChannel channel) {
    Expected expected = new Expected(channel, System.nanoTime() + patienceNanos);
    queue.add(expected);
    return expected;
  }

  /**
   * All have the same time, so that they are due in the order in which they came. Nearly all have
   * arrived by the time that the first is due: nobody is woken for those.
   */
  private void expireAll() {
    try {
      for (; ; ) {
        Expected next = queue.take();
        if (next.hasArrived()) {
          continue;
        }
        awaitDeadline(next);
        next.expire();
      }
    } catch (InterruptedException e) {
      // The server is closed.
      return;
    }
  }

  /** Not by a sleep, for which the JDK would load what it tells its flight recorder. */
  private static void awaitDeadline(Expected next) throws InterruptedException {
    for (long left = next.left(); left > 0; left = next.left()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
