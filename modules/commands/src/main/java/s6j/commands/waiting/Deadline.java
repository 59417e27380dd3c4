package s6j.commands.waiting;

/**
 * When something has to be done, or never. A time that is set in milliseconds is counted from now.
 */
public final class Deadline {
  /** There is none. */
  public static final Deadline NEVER = new Deadline(0, true);

  private final long nanos;
  private final boolean never;

  private Deadline(long nanos, boolean never) {
    this.nanos = nanos;
    this.never = never;
  }

  /** So many milliseconds from now; 0 means never, as in the options of s6's commands. */
  public static Deadline in(long millis) {
    return millis == 0 ? NEVER : new Deadline(System.nanoTime() + millis * 1_000_000, false);
  }

  /** How much is left, rounded up, not below 0; -1 when there is no deadline. */
  public long leftMillis() {
    return never ? -1 : Math.max(0, (nanos - System.nanoTime() + 999_999) / 1_000_000);
  }

  public boolean passed() {
    return !never && nanos - System.nanoTime() <= 0;
  }

  /** The one that comes first. */
  public static Deadline earlier(Deadline a, Deadline b) {
    if (a.never || b.never) {
      return a.never ? b : a;
    }
    return a.nanos - b.nanos <= 0 ? a : b;
  }
}
