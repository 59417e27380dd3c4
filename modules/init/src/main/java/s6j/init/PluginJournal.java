package s6j.init;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.spi.Point;

/**
 * Which plugin's code runs, in the file {@code s6j/plugin} of the state directory: when the runtime
 * dies meanwhile, the next one leaves that plugin out. Those that were left out are in {@code
 * s6j/plugins-off}.
 */
final class PluginJournal {
  private static final int SIZE_MAX = 64 << 10;
  private static final String RUNNING = "plugin";
  private static final String OFF = "plugins-off";
  private static final String NOBODY = "-";
  private static final String LOADING = "LOADING";

  private final Container container;
  private final List<String> off = new ArrayList<>();
  private Point last;
  private boolean within;

  PluginJournal(Container container) {
    this.container = container;
  }

  /** Reads what an earlier runtime of this life has written. */
  void resume() {
    List<String> before = container.harmfulPlugins();
    if (container.resumed()) {
      before = harmful(container.posix(), container.state());
      List<String> lines = lines(container.posix(), container.state(), RUNNING);
      for (Point point : Point.values()) {
        last = lines.size() > 1 && lines.get(1).equals(point.name()) ? point : last;
      }
      within = lines.size() > 1 && !lines.get(0).equals(NOBODY);
    }
    if (!before.isEmpty()) {
      off.addAll(before);
      write(OFF, String.join("\n", off) + "\n");
    }
  }

  /**
   * The files of the plugins that earlier runtimes have died of, to be asked before the state
   * directory is made anew: nothing of the life had been begun then, so that it begins anew, too.
   */
  static List<String> harmful(Posix posix) throws PosixException {
    StateDirectory state = StateDirectory.find(posix);
    return state == null ? List.of() : harmful(posix, state);
  }

  private static List<String> harmful(Posix posix, StateDirectory state) {
    List<String> names = new ArrayList<>(lines(posix, state, OFF));
    List<String> running = lines(posix, state, RUNNING);
    if (running.size() > 1 && !running.get(0).equals(NOBODY)) {
      names.add(running.get(0));
    }
    return names;
  }

  /** Why the plugin must not be used; null when it may be. */
  String harmDoneBy(String file) {
    return off.contains(file)
        ? "the runtime died while it was called (Runtime.halt, or out of memory?)"
        : null;
  }

  /** Whether an earlier runtime has not passed this point. */
  boolean isAhead(Point point) {
    int order = last == null ? 1 : point.compareTo(last);
    return order > 0 || order == 0 && within;
  }

  /**
   * Code of a plugin is called.
   *
   * @param file the plugin's; null when the point is passed
   * @param point null for what is called at none: a constructor
   */
  void running(String file, Point point) {
    Point shown = point == null ? last : point;
    write(
        RUNNING,
        (file == null ? NOBODY : file) + "\n" + (shown == null ? LOADING : shown.name()) + "\n");
  }

  private Bytes path(String name) {
    return container.state().slash("s6j").slash(name);
  }

  private static List<String> lines(Posix posix, StateDirectory state, String name) {
    try {
      Bytes file = state.slash("s6j").slash(name);
      return new Files(posix).readAtOnce(file, SIZE_MAX).toString().lines().toList();
    } catch (PosixException e) {
      return List.of();
    }
  }

  private void write(String name, String content) {
    try {
      new Files(container.posix()).replace(path(name), Bytes.of(content), 0600);
    } catch (PosixException e) {
      container.console().warn("unable to write " + path(name) + ": " + e.getMessage());
    }
  }
}
