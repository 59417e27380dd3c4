package s6j.posix;

/**
 * So much memory as all things of one kind may have together. The runtime is small and shared by
 * the container's commands: without a limit, large ones that come at once would end it. Any thread.
 */
public final class Room {
  private final int size;
  private int taken;

  /**
   * @param size in bytes
   */
  public Room(int size) {
    this.size = size;
  }

  /** Takes so many bytes, to be given back; false, and nothing is taken, when there are less. */
  public synchronized boolean take(int bytes) {
    boolean enough = bytes <= size - taken;
    if (enough) {
      taken += bytes;
    }
    return enough;
  }

  /**
   * Waits until there are so many bytes, and takes them. What is larger than all of the room has it
   * alone.
   *
   * @param patienceMs how long, in milliseconds
   * @return whether they are taken
   */
  public synchronized boolean await(int bytes, long patienceMs) throws InterruptedException {
    long deadline = System.nanoTime() + patienceMs * 1_000_000;
    while (taken > 0 && bytes > size - taken) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    taken += bytes;
    return true;
  }

  /** Gives back what has been taken. */
  public synchronized void give(int bytes) {
    taken -= bytes;
    notifyAll();
  }
}
