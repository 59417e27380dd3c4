package s6j.spi;

/**
 * Is told of what happens to services.
 *
 * <p>Called beside everything else, one call at a time for all listeners of a plugin, in the order
 * of the changes and after them: a listener cannot hold up anything. When it is slow, changes wait
 * for it; when more than 1024 wait, the oldest are dropped, which is said in a line. See the
 * package for time limits and exceptions.
 */
public interface ServiceListener {
  /**
   * A service has changed: in its state, readiness, pid or in whether it is wanted up. May block.
   *
   * @param before how it was; for a service that is new, as {@code now} but {@code DOWN}
   * @param now how it was after the change
   * @param container the container, as it is when this is called
   * @throws Exception when something did not work: it is named
   */
  void changed(ServiceStatus before, ServiceStatus now, ContainerView container) throws Exception;
}
