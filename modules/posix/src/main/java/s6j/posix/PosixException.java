package s6j.posix;

/**
 * A system call failed. The message is what strerror says; the caller knows what it was about and
 * says so.
 */
public final class PosixException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Errno errno;
  private final int index;

  /**
   * @param errno why
   * @param index which call of its list failed, from 0; -1 when no call of the list was made
   */
  public PosixException(Errno errno, int index) {
    super(errno.text());
    this.errno = errno;
    this.index = index;
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
