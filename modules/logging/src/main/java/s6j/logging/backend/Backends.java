package s6j.logging.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import s6j.logging.output.OwnOutputs;
import s6j.logging.script.ScriptParser;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/**
 * The log backends that there are. Those of plugins are looked for when a script names a backend
 * for the first time; each user id has objects of its own.
 */
public final class Backends {
  private static final Set<String> OWN =
      Set.of(DirBackend.NAME, JsonBackend.NAME, StdoutBackend.NAME);

  private final Supplier<? extends Iterable<LogBackend>> plugins;
  private final Map<Integer, Found> byUser = new HashMap<>();

  /** What was found, and what was wrong with the rest. */
  private record Found(List<LogBackend> backends, List<String> problems) {}

  /**
   * Those of our own, and these. What is iterated over may throw {@link ServiceConfigurationError},
   * as that of a {@link ServiceLoader} does: the others are there all the same.
   */
  public Backends(Supplier<? extends Iterable<LogBackend>> plugins) {
    this.plugins = plugins;
  }

  /** Whether a script names a backend that is none of our own. */
  public static boolean needPlugins(List<Bytes> directives) {
    for (Bytes directive : directives) {
      String name = ScriptParser.backendOf(directive);
      if (name != null && !OWN.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** Those of our own, and those that the modules of a layer provide, and of its parents. */
  public static Backends in(Supplier<ModuleLayer> layer) {
    return new Backends(() -> ServiceLoader.load(layer.get(), LogBackend.class));
  }

  /**
   * All of them by name, for one logger.
   *
   * @param uid who it runs as
   * @param own what its process writes to
   * @param warnings told of plugins that cannot be used
   */
  public Map<String, LogBackend> of(int uid, OwnOutputs own, Consumer<String> warnings) {
    Map<String, LogBackend> all = new TreeMap<>();
    for (LogBackend backend :
        new LogBackend[] {new DirBackend(own), new JsonBackend(own), new StdoutBackend(own)}) {
      all.put(backend.name(), backend);
    }
    Found found = found(uid);
    found.problems().forEach(warnings);
    for (LogBackend backend : found.backends()) {
      String problem = add(backend, all);
      if (problem != null) {
        warnings.accept(
            "log backend " + backend.getClass().getName() + " cannot be used: " + problem);
      }
    }
    return all;
  }

  private synchronized Found found(int uid) {
    return byUser.computeIfAbsent(uid, any -> load());
  }

  private Found load() {
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    try {
      Iterator<LogBackend> each = plugins.get().iterator();
      // What throws does not come to an end of itself if it throws always.
      for (int left = 1000; left > 0; left--) {
        try {
          if (!each.hasNext()) {
            break;
          }
          found.backends().add(each.next());
        } catch (ServiceConfigurationError e) {
          found.problems().add("a log backend cannot be used: " + e.getMessage());
        }
      }
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      found.problems().add("log backends cannot be looked for: " + e);
    }
    return found;
  }

  /** Null, or what is wrong with it. */
  private static String add(LogBackend backend, Map<String, LogBackend> to) {
    String name;
    try {
      name = backend.name();
      if (backend.options() == null) {
        return "its options are null";
      }
    } catch (RuntimeException | LinkageError e) {
      return e.toString();
    }
    if (!isName(name)) {
      return "its name is '" + name + "'; expected lower-case letters, digits and -";
    }
    LogBackend first = to.putIfAbsent(name, backend);
    return first == null
        ? null
        : "the name '" + name + "' is that of " + first.getClass().getName() + " already";
  }

  private static boolean isName(String name) {
    if (name == null || name.isEmpty()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
        return false;
      }
    }
    return true;
  }
}
