package s6j.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The container as a plugin sees it. What the methods return is immutable and stays as it is; call
 * again for how things are later. May be called on any thread, also on one of the plugin's own;
 * none blocks or throws unless it says so.
 */
public interface ContainerView {
  /**
   * Its services and their loggers: those of the scan directory, not of other trees.
   *
   * @return how each of them is now, in the order of the names
   */
  List<ServiceStatus> services();

  /**
   * The directory with the container's state.
   *
   * @return {@code /run/s6}, unless {@code /run} cannot be written to
   */
  OsString stateDirectory();

  /**
   * The scan directory.
   *
   * @return {@code services} in the state directory
   */
  OsString scanDirectory();

  /**
   * Where scripts and services come from.
   *
   * @return {@code /etc}, or the profile that {@code S6_RUNTIME_PROFILE} names
   */
  OsString configurationDirectory();

  /**
   * The environment that the container was started with, and what hooks have added. What init
   * scripts write to {@code container_environment} is not in it.
   *
   * @return an immutable map of its variables
   */
  Map<OsString, OsString> environment();

  /**
   * When each point was passed.
   *
   * @return the points that were, in their order; none in a runtime that had to be started again
   */
  Map<Point, Instant> passed();

  /**
   * When the container's init was started.
   *
   * @return by the clock of then
   */
  Instant started();

  /**
   * Whether the container is to stop.
   *
   * @return true from the request on, before any hook is told
   */
  boolean stopping();

  /**
   * How many processes that nobody waited for have ended and been reaped.
   *
   * @return a number that only grows
   */
  long orphansReaped();

  /**
   * How many times the runtime had to be started again.
   *
   * @return 0 in the first one
   */
  int runtimeRestarts();

  /**
   * Runs the health checks of all plugins. Blocks as long as they do: a check that takes longer
   * than {@code S6_PLUGINS_TIMEOUT} counts as failed.
   *
   * @return what they said, in the order of their names
   * @throws InterruptedException when the calling thread is interrupted
   */
  List<HealthReport> checkHealth() throws InterruptedException;

  /**
   * Says a line on the container's stderr, with the plugin's name. May block as long as the
   * container's output does.
   *
   * @param message what is wrong; of several lines the first
   */
  void warn(String message);
}
