package s6j.init;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import s6j.plugin.Plugin;
import s6j.plugin.PluginDirectory;
import s6j.plugin.Problem;
import s6j.plugin.Reason;
import s6j.spi.log.LogBackend;

/** The log backends of the plugins. Not for the runtime of init: they are loggers' matter. */
final class LogPlugins {
  private LogPlugins() {}

  /**
   * Makes an object of each. What is wrong with a plugin is thrown, as ServiceLoader does it, in
   * the place of its backends.
   */
  static Iterable<LogBackend> backends() {
    SharedJvm.keepStreams();
    List<Problem> problems = new ArrayList<>();
    List<Supplier<LogBackend>> found = new ArrayList<>();
    for (Plugin plugin : PluginDirectory.load(Path.of(PluginDirectory.IN_CONTAINERS), problems)) {
      for (ServiceLoader.Provider<LogBackend> one : plugin.providers(LogBackend.class, problems)) {
        found.add(() -> made(plugin, one));
      }
    }
    for (Problem problem : problems) {
      found.add(
          () -> {
            throw new ServiceConfigurationError(problem.toString());
          });
    }
    return () -> each(found.iterator());
  }

  private static LogBackend made(Plugin plugin, ServiceLoader.Provider<LogBackend> one) {
    try {
      return one.get();
    } catch (RuntimeException | Error e) {
      throw new ServiceConfigurationError(new Problem(plugin.file(), Reason.of(e)).toString(), e);
    }
  }

  private static Iterator<LogBackend> each(Iterator<Supplier<LogBackend>> all) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public LogBackend next() {
        return all.next().get();
      }
    };
  }
}
