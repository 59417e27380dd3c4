package s6j.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * How a service is.
 *
 * @param name its name in the scan directory; {@code NAME/log} for the logger of a service
 * @param state where it is
 * @param ready whether it has said that it is ready; for a service without {@code notification-fd}
 *     never while it is up
 * @param wantedUp whether it is to be restarted when it ends
 * @param paused whether it was stopped with SIGSTOP
 * @param pid the process of {@code run}, or of {@code finish} while finishing; otherwise 0
 * @param since when it last went up or down
 * @param starts how often {@code run} was started, since this runtime was
 * @param lastExit how {@code run} last ended; empty when it never has
 */
public record ServiceStatus(
    OsString name,
    State state,
    boolean ready,
    boolean wantedUp,
    boolean paused,
    int pid,
    Instant since,
    long starts,
    Optional<Exit> lastExit) {

  /** Where a service is. */
  public enum State {
    /** Neither {@code run} nor {@code finish} runs. */
    DOWN,
    /** {@code run} runs. */
    UP,
    /** {@code finish} runs. */
    FINISHING,
    /** It is not supervised any more. */
    GONE
  }

  /**
   * How a process has ended.
   *
   * @param code its exit code; 256 when a signal has ended it, as {@code finish} is told
   * @param signal which signal has ended it; otherwise 0
   */
  public record Exit(int code, int signal) {
    @Override
    public boolean equals(Object object) {
      return object instanceof Exit other && code == other.code && signal == other.signal;
    }

    @Override
    public int hashCode() {
      return code * 31 + signal;
    }
  }

  /** By hand, as all here: what the compiler makes of a record, the boot would wait for. */
  @Override
  public boolean equals(Object object) {
    return object instanceof ServiceStatus other
        && name.equals(other.name)
        && state == other.state
        && ready == other.ready
        && wantedUp == other.wantedUp
        && paused == other.paused
        && pid == other.pid
        && since.equals(other.since)
        && starts == other.starts
        && lastExit.equals(other.lastExit);
  }

  @Override
  public int hashCode() {
    return (name.hashCode() * 31 + pid) * 31 + since.hashCode();
  }
}
