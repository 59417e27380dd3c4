package s6j.posix;

/**
 * A system call failed. The message is what strerror says; the caller knows what it was about and
 * says so.
 */
public final class PosixException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Errno errno;
  private final int index;
  private final long done;

  /**
   * @param errno why
   * @param index which call of its list failed, from 0; -1 when no call of the list was made
   */
  public PosixException(Errno errno, int index) {
    this(errno, index, 0);
  }

  private PosixException(Errno errno, int index, long done) {
    super(errno.text());
    this.errno = errno;
    this.index = index;
    this.done = done;
  }

  /** A call has succeeded, but has not done all that it had to, or has not found what it had to. */
  public static PosixException inPart(int index, long done) {
    return new PosixException(Errno.EAGAIN, index, done);
  }

  /** How much a call has done that should have done more; 0 for one that failed altogether. */
  public long done() {
    return done;
  }

  public Errno errno() {
    return errno;
  }

  public int index() {
    return index;
  }

  public boolean is(Errno other) {
    return errno.equals(other);
  }
}
