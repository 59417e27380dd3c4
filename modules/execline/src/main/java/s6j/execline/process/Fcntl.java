package s6j.execline.process;

/** The commands of fcntl(2), as Linux numbers. */
public final class Fcntl {
  public static final int GETFD = 1;
  public static final int SETFD = 2;
  public static final int GETFL = 3;
  public static final int SETFL = 4;
  public static final int DUPFD_CLOEXEC = 1030;

  /** The flag of a descriptor that exec closes. */
  public static final int CLOEXEC = 1;

  private Fcntl() {}
}
