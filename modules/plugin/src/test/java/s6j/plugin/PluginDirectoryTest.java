package s6j.plugin;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.spi.HealthCheck;

/** What can lie in a directory of plugins, and what is said of what cannot. */
class PluginDirectoryTest {
  @TempDir Path lab;
  private Path directory;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(lab.resolve("plugins"));
  }

  private List<Plugin> load() {
    return load(directory);
  }

  private List<Plugin> load(Path from) {
    List<Problem> found = new ArrayList<>();
    List<Plugin> plugins = PluginDirectory.load(from, found);
    tell(found);
    return plugins;
  }

  private void tell(List<Problem> found) {
    found.forEach(problem -> problems.add(problem.toString()));
  }

  /** A health check of this name, which says a text. */
  private Sources check(String text) {
    return new Sources(lab)
        .file(
            "p/Check.java",
            """
            package p;
            public class Check implements s6j.spi.HealthCheck {
              public String name() { return "p"; }
              public Kind kind() { return Kind.LIVE; }
              public String check(s6j.spi.ContainerView container) { return TEXT; }
            }
            """
                .replace("TEXT", text));
  }

  private Sources modular(String module, String text) {
    return check(text)
        .file(
            "module-info.java",
            "module "
                + module
                + " { requires s6j.spi; provides s6j.spi.HealthCheck with p.Check; }");
  }

  private Sources automatic(String text) {
    return check(text).withoutModules().file("META-INF/services/s6j.spi.HealthCheck", "p.Check\n");
  }

  private List<String> said() {
    List<String> said = new ArrayList<>();
    for (Plugin plugin : load()) {
      List<Problem> found = new ArrayList<>();
      List<ServiceLoader.Provider<HealthCheck>> providers =
          plugin.providers(HealthCheck.class, found);
      tell(found);
      for (ServiceLoader.Provider<HealthCheck> provider : providers) {
        try {
          said.add(plugin.name() + ": " + provider.get().check(null));
        } catch (Exception | LinkageError e) {
          said.add(plugin.name() + " threw " + Reason.of(e));
        }
      }
    }
    return said;
  }

  @Test
  void a_modular_jar_an_automatic_one_and_a_directory_of_jars_are_plugins() throws IOException {
    modular("m", "\"modular\"").jar(directory.resolve("modular.jar"));
    automatic("\"automatic\"").jar(directory.resolve("auto-1.0.jar"));
    Path jars = Files.createDirectory(directory.resolve("several"));
    Path library =
        new Sources(lab)
            .file(
                "lib/Version.java",
                "package lib; public class Version { public static String N = \"from the library\"; }")
            .file("module-info.java", "module lib { exports lib; }")
            .jar(jars.resolve("lib.jar"));
    check("lib.Version.N")
        .file(
            "module-info.java",
            "module n { requires s6j.spi; requires lib; provides s6j.spi.HealthCheck with p.Check; }")
        .options("--add-modules", "lib", "-p", modulePath(library))
        .jar(jars.resolve("n.jar"));
    assertEquals(
        List.of("auto-1.0: automatic", "modular: modular", "several: from the library"), said());
    assertEquals(List.of(), problems);
  }

  private static String modulePath(Path library) {
    return library
        + ":"
        + Path.of(
            ModuleLayer.boot()
                .configuration()
                .findModule("s6j.spi")
                .orElseThrow()
                .reference()
                .location()
                .orElseThrow());
  }

  @Test
  void two_plugins_use_different_versions_of_a_library() throws IOException {
    for (String version : List.of("one", "two")) {
      Path jars = Files.createDirectory(directory.resolve(version));
      Path library =
          new Sources(lab)
              .file(
                  "lib/Version.java",
                  "package lib; public class Version { public static String N = \""
                      + version
                      + "\"; }")
              .file("module-info.java", "module lib { exports lib; }")
              .jar(jars.resolve("lib.jar"));
      check("lib.Version.N")
          .file(
              "module-info.java",
              "module m."
                  + version
                  + " { requires s6j.spi; requires lib; provides s6j.spi.HealthCheck with p.Check; }")
          .options("-p", modulePath(library))
          .jar(jars.resolve("m.jar"));
    }
    assertEquals(List.of("one: one", "two: two"), said());
  }

  @Test
  void no_directory_an_empty_one_and_other_files_are_no_plugins() throws IOException {
    assertEquals(List.of(), load(lab.resolve("missing")));
    Files.writeString(directory.resolve("README"), "read me");
    Files.writeString(directory.resolve(".hidden.jar"), "no jar");
    assertEquals(List.of(), load());
    assertEquals(List.of(), problems);
  }

  @Test
  void a_broken_jar_is_named_and_the_others_are_loaded() throws IOException {
    Files.writeString(directory.resolve("a.jar"), "this is no jar");
    Files.createDirectory(directory.resolve("b"));
    modular("m", "\"fine\"").jar(directory.resolve("c.jar"));
    Files.createSymbolicLink(directory.resolve("d.jar"), Path.of("/nowhere"));
    assertEquals(List.of("c: fine"), said());
    assertEquals(3, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith("plugin a.jar: "), problems.get(0));
    assertTrue(problems.get(0).contains("zip"), problems.get(0));
    assertEquals("plugin b: no jar in it", problems.get(1));
    assertEquals("plugin d.jar: no such file", problems.get(2));
  }

  @Test
  void of_two_with_the_same_module_the_second_is_named_and_left_out() throws IOException {
    modular("m", "\"first\"").jar(directory.resolve("m-1.jar"));
    modular("m", "\"second\"").jar(directory.resolve("m-2.jar"));
    assertEquals(List.of("m-1: first"), said());
    assertEquals(List.of("plugin m-2.jar: has the same module as m-1.jar: m"), problems);
  }

  @Test
  void a_jar_that_provides_nothing_is_said_so() throws IOException {
    new Sources(lab)
        .file("module-info.java", "module m { requires s6j.spi; }")
        .jar(directory.resolve("m.jar"));
    assertEquals(List.of(), said());
    assertEquals(
        List.of(
            "plugin m.jar: provides no service of s6j.spi (module-info.java or META-INF/services)"),
        problems);
  }

  @Test
  void a_modular_jar_for_a_newer_java_is_said_so() throws IOException {
    Path classes = modular("m", "\"x\"").compile(lab.resolve("classes"));
    Sources.makeNewer(classes, ".class", 99);
    Sources.pack(classes, directory.resolve("m.jar"));
    assertEquals(List.of(), said());
    assertEquals(List.of("plugin m.jar: built for Java 99, this runtime is Java 25"), problems);
  }

  @Test
  void an_automatic_jar_for_a_newer_java_is_said_so() throws IOException {
    Path classes = automatic("\"x\"").compile(lab.resolve("classes"));
    Sources.makeNewer(classes, ".class", 99);
    Sources.pack(classes, directory.resolve("m.jar"));
    assertEquals(List.of(), said());
    assertEquals(List.of("plugin m.jar: built for Java 99, this runtime is Java 25"), problems);
  }

  @Test
  void a_jar_for_a_newer_spi_is_said_so() throws IOException {
    Path newer =
        new Sources(lab)
            .file("module-info.java", "module s6j.spi { exports s6j.spi; }")
            .file("s6j/spi/HealthCheck.java", "package s6j.spi; public interface HealthCheck {}")
            .options("--module-version", "99.1")
            .compile(lab.resolve("newer"));
    new Sources(lab)
        .file(
            "module-info.java",
            "module m { requires s6j.spi; provides s6j.spi.HealthCheck with p.Check; }")
        .file("p/Check.java", "package p; public class Check implements s6j.spi.HealthCheck {}")
        .against(newer)
        .jar(directory.resolve("m.jar"));
    assertEquals(List.of(), load());
    assertEquals(List.of("plugin m.jar: built for s6j.spi 99.1, this runtime has 0.1.0"), problems);
  }

  @Test
  void an_automatic_jar_for_a_newer_spi_is_said_so_when_it_is_used() throws IOException {
    Path newer =
        new Sources(lab)
            .file(
                "s6j/spi/Newer.java",
                "package s6j.spi; public class Newer { public static String N; }")
            .file(
                "s6j/spi/HealthCheck.java",
                "package s6j.spi; public interface HealthCheck { enum Kind { LIVE } }")
            .file(
                "s6j/spi/ContainerView.java", "package s6j.spi; public interface ContainerView {}")
            .withoutModules()
            .compile(lab.resolve("newer"));
    automatic("s6j.spi.Newer.N").against(newer).jar(directory.resolve("m.jar"));
    assertEquals(
        List.of("m threw built for another version of s6j.spi: there is no s6j/spi/Newer"), said());
  }

  @Test
  void a_module_that_the_runtime_does_not_have_is_named() throws IOException {
    Path other =
        new Sources(lab)
            .file("module-info.java", "module not.there { }")
            .compile(lab.resolve("other"));
    check("\"x\"")
        .file(
            "module-info.java",
            "module m { requires s6j.spi; requires not.there; provides s6j.spi.HealthCheck with p.Check; }")
        .options("-p", modulePath(other))
        .jar(directory.resolve("m.jar"));
    assertEquals(List.of(), said());
    assertEquals(List.of("plugin m.jar: Module not.there not found, required by m"), problems);
  }

  @Test
  void a_copy_of_the_spi_beside_the_plugin_does_no_harm() throws IOException {
    Path jars = Files.createDirectory(directory.resolve("with-spi"));
    Path spi =
        new Sources(lab)
            .file("module-info.java", "module s6j.spi { exports s6j.spi; }")
            .file("s6j/spi/Other.java", "package s6j.spi; public interface Other {}")
            .jar(jars.resolve("s6j-spi.jar"));
    assertTrue(Files.exists(spi));
    modular("m", "\"fine\"").jar(jars.resolve("m.jar"));
    assertEquals(List.of("with-spi: fine"), said());
    assertEquals(List.of(), problems);
  }

  @Test
  void directories_may_be_read_only() throws IOException {
    Path jars = Files.createDirectory(directory.resolve("m"));
    modular("m", "\"fine\"").jar(jars.resolve("m.jar"));
    for (Path path : List.of(jars.resolve("m.jar"), jars, directory)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    assertEquals(List.of("m: fine"), said());
    for (Path path : List.of(directory, jars)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void a_signed_jar_that_was_changed_is_named() throws IOException {
    Path jar = directory.resolve("signed.jar");
    modular("m", "\"signed\"").jar(jar);
    sign(jar);
    assertEquals(List.of("signed: signed"), said());
    // Its zip is in order, its digest is not.
    URI zip = URI.create("jar:" + jar.toUri());
    try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of())) {
      Path check = inside.getPath("p/Check.class");
      byte[] code = Files.readAllBytes(check);
      Files.write(check, Arrays.copyOf(code, code.length + 1));
    }
    assertEquals(List.of(), said());
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains("digest error for p/Check.class"), problems.toString());
  }

  private void sign(Path jar) throws IOException {
    Path keys = lab.resolve("keys");
    String bin = System.getProperty("java.home") + "/bin/";
    run(
        bin + "keytool",
        "-genkeypair",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret",
        "-alias",
        "a",
        "-dname",
        "CN=a",
        "-keyalg",
        "EC");
    run(
        bin + "jarsigner",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret",
        jar.toString(),
        "a");
  }

  private static void run(String... words) throws IOException {
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(DISCARD).start();
    try {
      assertEquals(0, process.waitFor(), String.join(" ", words));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_class_whose_initialiser_has_failed_is_not_said_to_be_missing() {
    NoClassDefFoundError again = new NoClassDefFoundError("Could not initialize class p.Check");
    assertEquals("Could not initialize class p.Check", Reason.of(again));
    assertEquals("there is no p/Check", Reason.of(new NoClassDefFoundError("p/Check")));
  }
}
