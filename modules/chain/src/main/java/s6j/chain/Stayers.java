package s6j.chain;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of commands that stay for long. The first few have one of the platform's each, which
 * is woken by its process directly: a virtual one is woken by a poller, by way of a carrier. Many
 * more of that kind would be memory for nothing, so all others are virtual.
 */
final class Stayers {
  private static final int PLATFORM_THREADS = 4;

  private static final AtomicInteger PLATFORM = new AtomicInteger();

  private Stayers() {}

  /** Starts a thread for one command. */
  static void start(Runnable command) {
    if (PLATFORM.incrementAndGet() > PLATFORM_THREADS) {
      PLATFORM.decrementAndGet();
      Thread.ofVirtual().start(command);
      return;
    }
    Thread thread = new Thread(() -> runAndLeave(command), "stays");
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // No more threads are allowed.
      PLATFORM.decrementAndGet();
      Thread.ofVirtual().start(command);
    }
  }

  private static void runAndLeave(Runnable command) {
    try {
      command.run();
    } finally {
      PLATFORM.decrementAndGet();
    }
  }
}
