package s6j.init;

import s6j.supervise.EventLoop;

/**
 * Whether the container is to stop, and how urgently. The first request starts stage 3 from
 * wherever the container is; a second one ends the waiting for those who take their time.
 */
final class StopRequest {
  private boolean requested;
  private boolean urgent;
  private boolean killLoggers;

  /** Asks to stop; returns whether this is the first time. */
  synchronized boolean request(boolean alsoKillLoggers) {
    boolean first = !requested;
    killLoggers |= alsoKillLoggers;
    requested = true;
    notifyAll();
    return first;
  }

  /** Whoever takes his time has had it. */
  synchronized void hurry() {
    urgent = true;
  }

  synchronized boolean requested() {
    return requested;
  }

  synchronized boolean urgent() {
    return urgent;
  }

  synchronized boolean killLoggers() {
    return killLoggers;
  }

  /** Waits until somebody asks to stop. */
  synchronized void awaitRequest() {
    while (!requested) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * A moment so many milliseconds from now, in the time of {@link EventLoop#now}; 0 means never.
   */
  static long deadline(long ms) {
    return ms == 0 ? Long.MAX_VALUE : EventLoop.now() + ms;
  }
}
