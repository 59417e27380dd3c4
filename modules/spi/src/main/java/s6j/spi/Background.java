package s6j.spi;

/**
 * Something that goes on beside the container: a server, a poller. It begins when the container
 * does, and again in a runtime that had to be started again, and ends with it.
 */
public interface Background {
  /**
   * Begins: called once, when the environment is known and before stage 2. The container waits for
   * it: it may block as long as {@code S6_PLUGINS_TIMEOUT} says, and is interrupted when the
   * container is to stop; what is to go on starts daemon threads of its own. See the package for
   * exceptions.
   *
   * @param container the container, for as long as it lives
   * @throws Exception when it cannot begin: it is named, and fatal with {@code S6_PLUGINS_STRICT}
   */
  void begin(ContainerView container) throws Exception;
}
