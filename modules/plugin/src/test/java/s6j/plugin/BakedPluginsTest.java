package s6j.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a container has of baked plugins is shown by {@code LinkedPluginsTest} of tests-e2e. */
class BakedPluginsTest {
  @Test
  void the_property_names_plugins_and_their_modules() {
    List<Plugin> all = BakedPlugins.parse("secrets.jar=s6j.plugin.secrets,two=first.a+second");
    assertEquals(List.of("secrets.jar", "two"), all.stream().map(Plugin::file).toList());
    assertEquals(List.of("secrets", "two"), all.stream().map(Plugin::name).toList());
    assertEquals(Set.of("first.a", "second"), all.get(1).modules());
    assertTrue(all.get(0).has("s6j.plugin.secrets"));
    assertFalse(all.get(0).has("first.a"));
  }

  @Test
  void a_runtime_without_any_has_none() {
    assertEquals(List.of(), BakedPlugins.all());
    assertFalse(BakedPlugins.has("s6j.plugin.secrets"));
  }
}
