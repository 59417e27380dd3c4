package s6j.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The container as a plugin sees it. What the methods return is immutable and stays as it is; call
 * again for how things are later. Any thread; none blocks unless it says so.
 */
public interface ContainerView {
  /** Its services and their loggers, by name; those of the scan directory, not of other trees. */
  List<ServiceStatus> services();

  /**
   * The directory with the container's state: {@code /run/s6}, unless /run cannot be written to.
   */
  OsString stateDirectory();

  /** The scan directory: {@code services} in the state directory. */
  OsString scanDirectory();

  /**
   * Where scripts and services come from: {@code /etc}, or a profile of {@code S6_RUNTIME_PROFILE}.
   */
  OsString configurationDirectory();

  /**
   * The environment that the container was started with, and what hooks have added. What init
   * scripts write to {@code container_environment} is not in it.
   */
  Map<OsString, OsString> environment();

  /**
   * When each point was passed, as far as it was; empty in a runtime that had to be started again.
   */
  Map<Point, Instant> passed();

  /** When the container's init was started. */
  Instant started();

  /** Whether the container is to stop. */
  boolean stopping();

  /** How many processes that nobody waited for have ended and been reaped. */
  long orphansReaped();

  /** How many times the runtime had to be started again. */
  int runtimeRestarts();

  /**
   * Runs the health checks of all plugins, and says what they said: in the order of their names.
   * Blocks as long as they do: a check that takes longer than {@code S6_PLUGINS_TIMEOUT} counts as
   * failed.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  List<HealthReport> checkHealth() throws InterruptedException;

  /**
   * Says a line on the container's stderr, with the plugin's name. May block as its output does.
   */
  void warn(String message);
}
