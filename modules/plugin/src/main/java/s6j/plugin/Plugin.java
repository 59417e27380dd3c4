package s6j.plugin;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * A plugin that is loaded: its modules are resolved, in a layer of their own or in the runtime's.
 * None of its code has run.
 *
 * @param file the name of its jar or directory, by which messages call it
 * @param layer what its modules are in
 * @param modules their names
 */
public record Plugin(String file, ModuleLayer layer, Set<String> modules) {
  private static final int MANY = 1000;

  /** Whose code is on top of a stack, as far as it is a plugin's; otherwise null. */
  public static Plugin of(List<Plugin> plugins, StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      for (Plugin plugin : plugins) {
        if (frame.getModuleName() != null && plugin.has(frame.getModuleName())) {
          return plugin;
        }
      }
    }
    return null;
  }

  /** The name of its file without {@code .jar}. */
  public String name() {
    return file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
  }

  /**
   * What it provides of a service. {@link ServiceLoader.Provider#get} runs code of the plugin, and
   * throws whatever that throws, as a {@link ServiceConfigurationError} or a {@link LinkageError};
   * for messages see {@link Reason}.
   *
   * @param service one of {@code s6j.spi}
   * @param problems gets what is wrong with providers; the others are returned nevertheless
   */
  public <S> List<ServiceLoader.Provider<S>> providers(Class<S> service, List<Problem> problems) {
    List<ServiceLoader.Provider<S>> found = new ArrayList<>();
    Iterator<ServiceLoader.Provider<S>> all =
        ServiceLoader.load(layer, service).stream().iterator();
    for (int i = 0; i < MANY; i++) {
      try {
        if (!all.hasNext()) {
          break;
        }
        ServiceLoader.Provider<S> one = all.next();
        Module module = one.type().getModule();
        if (module.getLayer() == layer && has(module.getName())) {
          found.add(one);
        }
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        // A SecurityException, too: of a signed jar that somebody has changed.
        problems.add(new Problem(file, Reason.of(e)));
      }
    }
    return found;
  }

  /** Whether its modules provide a service, by its name: what it does not is not looked for. */
  public boolean provides(String service) {
    for (Module module : layer.modules()) {
      if (has(module.getName())) {
        for (ModuleDescriptor.Provides one : module.getDescriptor().provides()) {
          if (one.service().equals(service)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether a module of this name is one of its own. */
  public boolean has(String module) {
    return modules.contains(module);
  }

  /** What loads its classes. */
  public ClassLoader loader() {
    for (String module : modules) {
      return layer.findLoader(module);
    }
    return ClassLoader.getSystemClassLoader();
  }
}
