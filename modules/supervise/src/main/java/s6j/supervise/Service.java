package s6j.supervise;

import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/**
 * A service directory of a scan directory, and what supervises it: a supervisor for the service,
 * one for its logger, and the pipe between the two. A supervisor that has left is replaced, as long
 * as the service is there. Loop thread only.
 */
final class Service {
  /** A supervisor that has died, or was told to leave, is replaced after this time. */
  private static final long REPLACE_MS = 1000;

  /** What a service has around it. */
  interface Tree {
    /** What it gets. */
    Environment environment();

    /** A descriptor of init for its stdin, if it is no logger, or -1 for /dev/null. */
    int stdin();

    /** A descriptor of init for the stdout of one without a logger, or -1 for that of init. */
    int stdout(Bytes name);

    /** A descriptor of init for its stderr, or -1 for that of init. */
    int stderr(Bytes name);

    /** Whether everything is being stopped: then nothing is supervised that was not before. */
    boolean stopping();

    /** One line for whoever reads the log, without its end. */
    void warn(String message);

    /** A supervisor has begun. */
    void begun();

    /** It was tried again to supervise it. */
    void triedAgain();

    /** Something about it, or about its logger, has changed. */
    void changed(Supervisor supervisor);

    /** A supervisor of it has left. */
    void left(Service service, Supervisor supervisor);
  }

  private final EventLoop loop;
  private final Tree tree;
  private final Bytes name;

  /**
   * Where it is. What is in the scan directory is usually a link, which may go before the service
   * does.
   */
  private final Bytes directory;

  private final Seat main;

  /** Null for a service that has none, as is the pipe. */
  private final Seat logger;

  private final LogPipe pipe;
  private boolean active;

  /** One that is not supervised yet; whether it is there says {@link #active(boolean)}. */
  Service(EventLoop loop, Tree tree, Bytes name, Bytes directory, boolean logged) {
    this.loop = loop;
    this.tree = tree;
    this.name = name;
    this.directory = directory;
    this.main = new Seat(false);
    this.logger = logged ? new Seat(true) : null;
    this.pipe = logged ? new LogPipe(loop, directory) : null;
  }

  /**
   * Whether an earlier JVM has supervised the service in a directory, or its logger, to its end.
   */
  static boolean isOrphaned(EventLoop loop, Bytes directory) {
    return Supervisor.isOrphaned(loop, directory)
        || Supervisor.isOrphaned(loop, directory.slash("log"));
  }

  Bytes name() {
    return name;
  }

  Bytes directory() {
    return directory;
  }

  boolean isLogged() {
    return logger != null;
  }

  /** Whether the last scan has found it. */
  boolean active() {
    return active;
  }

  /** Says whether a scan has found it. */
  void active(boolean found) {
    active = found;
  }

  /** The supervisor of the service, or null. */
  Supervisor supervisor() {
    return main.supervisor;
  }

  /** The supervisor of its logger, or null. */
  Supervisor loggersSupervisor() {
    return logger == null ? null : logger.supervisor;
  }

  /** Whether neither the service nor its logger has a supervisor. */
  boolean isEmpty() {
    return supervisor() == null && loggersSupervisor() == null;
  }

  /** Sees to it that the service and its logger are supervised. */
  void fill() {
    if (logger != null) {
      logger.fill();
    }
    main.fill();
  }

  /** Tells the service to stop; its logger goes when its input ends, or at once. */
  void stop(boolean killLogger) {
    if (logger != null) {
      logger.control(killLogger ? "xd" : "x");
    }
    main.control("xd");
    // A logger whose service has no supervisor at the moment would wait for its input for ever.
    if (main.supervisor == null) {
      main.closeEnd();
    }
    if (logger != null && logger.supervisor == null) {
      logger.closeEnd();
    }
  }

  /** Tells the service's supervisor to leave when the service has ended by itself. */
  void leaveToItself() {
    main.control("x");
  }

  /** Closes what is open. */
  void close() {
    if (pipe != null) {
      pipe.closeReadEnd();
      pipe.closeWriteEnd();
    }
  }

  /** The place of a supervisor: that of the service or that of its logger. */
  private final class Seat implements Supervisor.Listener {
    private final boolean isLogger;
    private Supervisor supervisor;
    private boolean toBeFilled;
    private String complaint;

    Seat(boolean isLogger) {
      this.isLogger = isLogger;
    }

    private Bytes nameOfSeat() {
      return isLogger ? name.plus("/log") : name;
    }

    private Bytes directoryOfSeat() {
      return isLogger ? directory.slash("log") : directory;
    }

    void control(String commands) {
      if (supervisor != null) {
        supervisor.control(commands);
      }
    }

    void fill() {
      if (supervisor != null || toBeFilled) {
        return;
      }
      if (isOver() && !Supervisor.isOrphaned(loop, directoryOfSeat())) {
        closeEnd();
        return;
      }
      try {
        supervisor = supervise();
        tree.begun();
        complaint = null;
      } catch (PosixException e) {
        complain("unable to supervise " + nameOfSeat() + ": " + e.getMessage());
        fillLater();
      }
    }

    private boolean isOver() {
      return tree.stopping() || !active;
    }

    private void complain(String message) {
      if (!message.equals(complaint)) {
        tree.warn(message);
      }
      complaint = message;
    }

    private Supervisor supervise() throws PosixException {
      if (pipe != null) {
        pipe.open(isOrphaned(loop, directory));
      }
      int stdin = isLogger ? pipe.readEnd() : tree.stdin();
      int stdout = isLogger ? -1 : pipe == null ? tree.stdout(name) : pipe.writeEnd();
      int stderr = isLogger ? -1 : tree.stderr(name);
      Supervisor.Place place =
          new Supervisor.Place(
              nameOfSeat(), directoryOfSeat(), tree.environment(), stdin, stdout, stderr);
      Supervisor one = new Supervisor(loop, place, this);
      one.begin();
      return one;
    }

    private void fillLater() {
      toBeFilled = true;
      loop.after(REPLACE_MS, () -> loop.catchUp(this::fillNow, ScanDirectory.CONTROL));
    }

    private void fillNow() {
      toBeFilled = false;
      fill();
      tree.triedAgain();
    }

    /** Closes init's own copy of the end of the pipe that belongs here. */
    void closeEnd() {
      if (pipe != null && isLogger) {
        pipe.closeReadEnd();
      } else if (pipe != null) {
        pipe.closeWriteEnd();
      }
    }

    @Override
    public void changed(Supervisor one) {
      tree.changed(one);
    }

    @Override
    public void left(Supervisor one) {
      supervisor = null;
      if (isOver()) {
        closeEnd();
      } else {
        fillLater();
      }
      tree.left(Service.this, one);
    }
  }
}
