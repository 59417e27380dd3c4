package s6j.plugin;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A directory with plugins: each jar, and each directory of jars, is one. A jar may be modular or
 * not. What starts with a dot, and files that are no jars, are passed over.
 *
 * <p>A boot waits for this, and the JVM's cache knows nothing of it: neither lambdas nor streams,
 * of which each costs most of a millisecond the first time.
 */
public final class PluginDirectory {
  /** Where a container has it. */
  public static final String IN_CONTAINERS = "/etc/s6/plugins";

  private static final String SPI = "s6j.spi";

  /** The modules of the runtime. */
  private final Set<String> boot = new HashSet<>();

  private ModuleDescriptor.Version spiVersion;

  /** Which plugin has a module. */
  private final Map<String, String> owners = new HashMap<>();

  private PluginDirectory() {
    for (Module module : ModuleLayer.boot().modules()) {
      boot.add(module.getName());
      if (module.getName().equals(SPI)) {
        spiVersion = module.getDescriptor().version().orElse(null);
      }
    }
  }

  /**
   * Loads those that are part of the runtime, and all plugins of a directory, by their names: each
   * gets a layer of its own over the boot layer, so that two may use different versions of a
   * library. Modules that the runtime has are taken from there. Nothing is copied or written, and
   * no code of a plugin runs.
   *
   * @param directory may be missing: then there are no others
   * @param problems gets what is wrong; the plugin is left out then. Of two plugins with the same
   *     module the first is loaded.
   */
  public static List<Plugin> load(Path directory, List<Problem> problems) {
    List<Plugin> plugins = new ArrayList<>(BakedPlugins.all());
    String[] names = directory.toFile().list();
    if (names == null) {
      if (!Files.notExists(directory)) {
        boolean file = Files.exists(directory) && !Files.isDirectory(directory);
        String reason = file ? "it is no directory" : "permission denied";
        problems.add(new Problem(directory.toString(), reason));
      }
      return plugins;
    }
    Arrays.sort(names);
    PluginDirectory loading = new PluginDirectory();
    for (String name : names) {
      File file = new File(directory.toFile(), name);
      if (name.startsWith(".") || !name.endsWith(".jar") && !file.isDirectory()) {
        continue;
      }
      try {
        Plugin plugin = loading.load(name, path(directory, name));
        if (plugin != null) {
          plugins.add(plugin);
        }
      } catch (Unusable e) {
        problems.add(new Problem(name, e.getMessage()));
      } catch (IOException | RuntimeException | LinkageError e) {
        problems.add(new Problem(name, Reason.of(e)));
      }
    }
    return plugins;
  }

  /** A plugin that cannot be used, for a reason of ours. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  private static Path path(Path directory, String name) throws Unusable {
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      // The JVM takes the names of files for text, in the encoding that it was started in.
      throw new Unusable("its name is not ASCII");
    }
  }

  /** Null for what has been linked into the runtime. */
  private Plugin load(String name, Path path) throws Unusable, IOException {
    File file = path.toFile();
    if (file.isDirectory() && file.list() == null || !file.isDirectory() && !file.canRead()) {
      throw new Unusable(file.exists() ? "permission denied" : "no such file");
    }
    ModuleFinder finder = ModuleFinder.of(path);
    Set<String> roots = new HashSet<>();
    List<String> providing = new ArrayList<>();
    for (ModuleReference reference : finder.findAll()) {
      ModuleDescriptor descriptor = reference.descriptor();
      if (provides(descriptor) && BakedPlugins.has(descriptor.name())) {
        return null;
      }
      if (boot.contains(descriptor.name())) {
        continue;
      }
      checkVersion(descriptor);
      roots.add(descriptor.name());
      if (provides(descriptor)) {
        providing.add(descriptor.name());
      }
    }
    if (providing.isEmpty()) {
      throw new Unusable(
          roots.isEmpty()
              ? "no jar in it"
              : "provides no service of s6j.spi (module-info.java or META-INF/services)");
    }
    for (String module : providing) {
      String owner = owners.putIfAbsent(module, name);
      if (owner != null) {
        throw new Unusable("has the same module as " + owner + ": " + module);
      }
    }
    return new Plugin(name, layer(finder, roots), Set.copyOf(roots));
  }

  private static ModuleLayer layer(ModuleFinder finder, Set<String> roots) {
    ModuleLayer boot = ModuleLayer.boot();
    // Behind the boot layer: a copy of s6j.spi in the directory would be another s6j.spi.
    Configuration configuration =
        Configuration.resolve(ModuleFinder.of(), List.of(boot.configuration()), finder, roots);
    return ModuleLayer.defineModulesWithOneLoader(
            configuration, List.of(boot), ClassLoader.getSystemClassLoader())
        .layer();
  }

  private static boolean provides(ModuleDescriptor descriptor) {
    for (ModuleDescriptor.Provides one : descriptor.provides()) {
      if (one.service().startsWith(SPI + ".")) {
        return true;
      }
    }
    return false;
  }

  /** The compiler writes down which version of a module it has seen. */
  private void checkVersion(ModuleDescriptor descriptor) throws Unusable {
    for (ModuleDescriptor.Requires one : descriptor.requires()) {
      ModuleDescriptor.Version wanted = one.compiledVersion().orElse(null);
      if (one.name().equals(SPI)
          && spiVersion != null
          && wanted != null
          && wanted.compareTo(spiVersion) > 0) {
        throw new Unusable("built for s6j.spi " + wanted + ", this runtime has " + spiVersion);
      }
    }
  }
}
