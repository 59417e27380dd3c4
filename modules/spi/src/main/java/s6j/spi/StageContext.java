package s6j.spi;

import java.time.Duration;
import java.util.Map;

/**
 * What a stage hook sees and may do, at one point. To be used while {@link StageHook#reached} runs,
 * on any thread; afterwards its changes are ignored. {@link #container} stays valid.
 */
public interface StageContext {
  /** The container, for as long as it lives. */
  ContainerView container();

  /**
   * The container's environment at this point, with what hooks have added: what {@code
   * with-contenv} gives, and what CMD gets. Immutable. What init scripts have written to {@code
   * container_environment} is in it.
   */
  Map<OsString, OsString> environment();

  /**
   * Sets a variable of the container's environment, for everything that starts from now on: also as
   * a file in {@code container_environment}. As with variables that the container was started with,
   * init scripts and services see it through {@code with-contenv}, or with {@code S6_KEEP_ENV}.
   * Takes effect when {@link StageHook#reached} returns. Does not block.
   *
   * @throws IllegalArgumentException when the name is empty or has {@code =} or {@code /} in it
   */
  void set(OsString name, OsString value);

  /** Removes a variable, as {@link #set} sets one. What is not there is no error. */
  void remove(OsString name);

  /**
   * Says a line on the container's stdout, {@code [plugin] message}: what is being done or waited
   * for. May block as long as the container's output does.
   */
  void progress(String message);

  /**
   * Says how long this call may take from now on, when that is longer than {@code
   * S6_PLUGINS_TIMEOUT} allows. Means nothing once the container is to stop. Does not block.
   *
   * @throws IllegalArgumentException when that is no time
   */
  void mayTake(Duration time);
}
