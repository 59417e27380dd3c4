package s6j.plugin.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfigurationException;

/** What is so for each backend in a jar of its own. */
public abstract class BackendContract {
  private static final Path DOCUMENTATION = Path.of("../../docs/reference/log-backends.md");

  private final String name;

  /** Of the backend with this name. */
  protected BackendContract(String name) {
    this.name = name;
  }

  /** As a user of the class path or the module path finds it. */
  protected final LogBackend backend() {
    List<LogBackend> found = new ArrayList<>();
    ServiceLoader.load(LogBackend.class).forEach(found::add);
    found.removeIf(each -> !each.name().equals(name));
    assertEquals(1, found.size(), found.toString());
    return found.getFirst();
  }

  /** The message for options without a meaning. */
  protected final String refusal(String... options) {
    return assertThrows(
            LogConfigurationException.class, () -> backend().open(Lines.configuration(options)))
        .getMessage();
  }

  @Test
  void the_jar_names_the_backend_for_the_class_path_too() throws IOException {
    String file = "META-INF/services/" + LogBackend.class.getName();
    try (InputStream in = backend().getClass().getModule().getResourceAsStream(file)) {
      assertNotNull(in, file);
      String names = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(names.contains(backend().getClass().getName()), names);
    }
  }

  @Test
  void needs_nothing_but_the_spi_and_java_base() {
    Module module = backend().getClass().getModule();
    Set<String> required =
        module.getDescriptor().requires().stream()
            .filter(
                each ->
                    !each.modifiers()
                        .contains(java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC))
            .map(java.lang.module.ModuleDescriptor.Requires::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("java.base", "s6j.spi"), required);
  }

  @Test
  void shares_no_package_with_another_plugin() throws IOException {
    Path classes = Path.of("target/classes");
    try (var files = Files.walk(classes)) {
      List<String> strangers =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .map(file -> classes.relativize(file).toString())
              .filter(file -> !file.equals("module-info.class"))
              .filter(file -> !file.startsWith("s6j/plugin/" + name + "/"))
              .toList();
      assertEquals(List.of(), strangers);
    }
  }

  @Test
  void the_documentation_has_every_option_and_no_other() throws IOException {
    assertEquals(new TreeSet<>(backend().options()), documentedOptions());
  }

  @Test
  void a_script_without_a_receiver_is_told_what_is_missing() {
    String message = refusal();
    assertTrue(message.startsWith("option to is missing: expected "), message);
  }

  @Test
  void a_receiver_that_has_no_meaning_is_an_error() {
    for (String to :
        List.of(
            "x",
            "ftp://h",
            "udp://",
            "http://:1",
            "tcp://h:0",
            "http://h:65536",
            "udp://h:1x",
            "http://a b",
            "http://u@h",
            "http://[::1",
            "unix:log",
            "udp://h/x y",
            "http://h:")) {
      String message = refusal("to", to);
      assertTrue(message.startsWith("to=" + to + ": expected "), message);
    }
  }

  // The rows of the table in the section with the backend's name: | `option` | ...
  private Set<String> documentedOptions() throws IOException {
    Set<String> options = new TreeSet<>();
    boolean inSection = false;
    for (String line : Files.readAllLines(DOCUMENTATION)) {
      if (line.startsWith("## ")) {
        inSection = line.equals("## " + name);
      } else if (inSection && line.startsWith("| `")) {
        String option = line.substring(3, line.indexOf('`', 3));
        assertTrue(options.add(option), option + " is there twice");
      }
    }
    assertFalse(options.isEmpty(), "no section with a table: " + name);
    return options;
  }
}
