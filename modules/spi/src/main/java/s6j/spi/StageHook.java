package s6j.spi;

import java.util.Set;

/**
 * Is called at points of the container's life. The container waits for it: hooks run one after
 * another, those of a point by their {@link #priority}, then by the name of the plugin.
 *
 * <p>Never two methods are called at a time, but not always on the same thread. See the package for
 * time limits and exceptions.
 */
public interface StageHook {
  /**
   * The points at which it wants to be called. Asked for once, on the thread of the constructor;
   * never blocks. After an exception the plugin is left out.
   *
   * @return at least one point; with none it is never called
   */
  Set<Point> points();

  /**
   * Its place among the hooks of a point. Asked for once, on the thread of the constructor; never
   * blocks. After an exception the plugin is left out.
   *
   * @return those with smaller numbers come first; 0 unless it is overridden
   */
  default int priority() {
    return 0;
  }

  /**
   * The container is at a point. May block: nothing that comes after the point begins before this
   * returns, and what runs already goes on.
   *
   * <p>When the runtime itself had to be started again, points that were passed before are not
   * passed again; the point at which that happened may be passed twice.
   *
   * @param point one of {@link #points}
   * @param context what it sees and may do, until it returns
   * @throws StageVeto to stop the container: with this message, and this exit code. At a point
   *     where {@link Point#isDown} there is nothing left to stop, and only the message is shown.
   * @throws Exception when something did not work: it is named, and the container goes on, unless
   *     {@code S6_PLUGINS_STRICT} is set
   */
  void reached(Point point, StageContext context) throws StageVeto, Exception;
}
