package s6j.plugin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The plugins that {@code jlink/link-plugins} has made a part of the runtime: their modules are in
 * the boot layer. They are named by a property, so that a runtime without any need not look.
 */
public final class BakedPlugins {
  /**
   * Names plugins and their modules: {@code
   * secrets.jar=s6j.plugin.secrets,two=first.module+second.module}.
   */
  public static final String PROPERTY = "s6j.plugins";

  private BakedPlugins() {}

  /** Whether a module belongs to one of them. */
  static boolean has(String module) {
    for (Plugin plugin : all()) {
      if (plugin.has(module)) {
        return true;
      }
    }
    return false;
  }

  /** In the order of the property; they are not looked for, it is right. */
  static List<Plugin> all() {
    String property = System.getProperty(PROPERTY);
    return property == null ? List.of() : parse(property);
  }

  static List<Plugin> parse(String property) {
    List<Plugin> all = new ArrayList<>();
    for (String one : property.split(",")) {
      int equals = one.indexOf('=');
      Set<String> modules = Set.copyOf(Arrays.asList(one.substring(equals + 1).split("\\+")));
      all.add(new Plugin(one.substring(0, equals), ModuleLayer.boot(), modules));
    }
    return all;
  }
}
