package s6j.spi;

import java.time.Duration;
import java.util.Map;

/**
 * What a stage hook sees and may do, at one point. To be used while {@link StageHook#reached} runs,
 * on any thread; afterwards its changes are ignored. {@link #container} stays valid. No method
 * throws unless it says so.
 */
public interface StageContext {
  /**
   * The container. Does not block.
   *
   * @return a view that is good for as long as the container lives
   */
  ContainerView container();

  /**
   * The container's environment at this point, with what hooks have added: what {@code
   * with-contenv} gives, and what CMD gets. Immutable. What init scripts have written to {@code
   * container_environment} is in it. May block as long as the file system does.
   *
   * @return an immutable map of its variables
   * @throws IllegalStateException when the files of {@code container_environment} cannot be read
   */
  Map<OsString, OsString> environment();

  /**
   * Sets a variable of the container's environment, for everything that starts from now on: also as
   * a file in {@code container_environment}. As with variables that the container was started with,
   * init scripts and services see it through {@code with-contenv}, or with {@code S6_KEEP_ENV}.
   * Takes effect when {@link StageHook#reached} returns. Does not block.
   *
   * @param name of the variable
   * @param value of any bytes; an empty one is a value, too
   * @throws IllegalArgumentException when the name is empty, has {@code =} or {@code /} in it, or
   *     begins with a dot
   */
  void set(OsString name, OsString value);

  /**
   * Removes a variable, as {@link #set} sets one. Does not block.
   *
   * @param name of the variable; that there is none is no error
   * @throws IllegalArgumentException as {@link #set} does
   */
  void remove(OsString name);

  /**
   * Says a line on the container's stdout, {@code [plugin] message}: what is being done or waited
   * for. May block as long as the container's output does.
   *
   * @param message of several lines the first
   */
  void progress(String message);

  /**
   * Says how long this call may take from now on, when that is longer than {@code
   * S6_PLUGINS_TIMEOUT} allows. Means nothing once the container is to stop. Does not block.
   *
   * @param time from now on
   * @throws IllegalArgumentException when that is not positive
   */
  void mayTake(Duration time);
}
