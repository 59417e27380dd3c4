package s6j.spi;

/**
 * Says whether something works. Whoever wants to know calls {@link ContainerView#checkHealth}: the
 * plugin {@code health} does, for HTTP and {@code s6j-health}.
 *
 * <p>Called on any thread, and by several at the same time. See the package for time limits; one
 * that has taken too long is not called again before it has returned.
 */
public interface HealthCheck {
  /** What the check is about. */
  enum Kind {
    /** When it fails the container is beyond help, and should be started anew. */
    LIVE,
    /** When it fails the container should not be sent work at the moment. */
    READY
  }

  /**
   * The name of what is looked at, for reports. Asked for once, on the thread of the constructor;
   * never blocks. After an exception the plugin is left out.
   *
   * @return a word or a few
   */
  String name();

  /**
   * What it is about. Asked for once, on the thread of the constructor; never blocks. After an
   * exception the plugin is left out.
   *
   * @return whether its failure is about life or about readiness
   */
  Kind kind();

  /**
   * Looks. On any thread, perhaps on several at once. May block, but somebody waits for the answer.
   *
   * @param container the container
   * @return empty when all is well; otherwise what is wrong, in one line
   * @throws Exception counts as failed, with its message
   */
  String check(ContainerView container) throws Exception;
}
