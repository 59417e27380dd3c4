package s6j.logging.output;

/** What a logger waits for when it is neither a descriptor nor a signal of its process. */
public final class Progress {
  private long count;

  /** Something has happened. */
  synchronized void made() {
    count++;
    notifyAll();
  }

  /** How often something has happened. */
  public synchronized long count() {
    return count;
  }

  /** Waits until it has happened more often than that, or for so long. */
  public synchronized void await(long seen, long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    try {
      for (long left = millis; count == seen && left > 0; ) {
        wait(left);
        left = (until - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
