package s6j.e2e;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/** Plugins for recipes: those of the tarball, and those that a test writes for itself. */
final class PluginJar {
  private static final String PACKAGE = "stranger";

  private PluginJar() {}

  /** The recipe with one of our own plugins, linked as docs/plugins.md says. */
  static Recipe ship(Recipe recipe, String name) {
    return put(
        recipe, name, Checkout.root().resolve("plugins/" + name + "/target/" + name + ".jar"));
  }

  /**
   * The recipe with a plugin of one class, written by somebody who has the jar of the spi alone.
   *
   * @param name of the jar, and of its module
   * @param service the name of what it provides, without {@code s6j.spi.}
   * @param body of the class, which has imported all of s6j.spi
   */
  static Recipe write(Recipe recipe, String name, String service, String body) {
    try {
      Path lab = Files.createTempDirectory("s6j-plugin-jar");
      Path classes = compile(lab, name, service, body);
      Path jar = lab.resolve(name + ".jar");
      run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
      Recipe with = put(recipe, name, jar);
      Host.run("rm", "-rf", lab.toString());
      return with;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path compile(Path lab, String name, String service, String body)
      throws IOException {
    Path module = lab.resolve("module-info.java");
    Files.writeString(
        module,
        "module "
            + name
            + " { requires s6j.spi; provides s6j.spi."
            + service
            + " with "
            + PACKAGE
            + "."
            + name
            + ".Main; }");
    Path main = lab.resolve("Main.java");
    Files.writeString(
        main,
        "package "
            + PACKAGE
            + "."
            + name
            + ";\nimport s6j.spi.*;\nimport s6j.spi.log.*;\nimport java.util.*;\n"
            + "public class Main implements s6j.spi."
            + service
            + " {\n"
            + body
            + "\n}\n");
    Path classes = lab.resolve("classes");
    run(
        "javac",
        List.of(
            "-d", classes.toString(), "-p", spi().toString(), module.toString(), main.toString()));
    return classes;
  }

  /** The jar that a stranger would have: that of the tarball. */
  static Path spi() {
    return Image.BUSYBOX.withS6j().resolve("usr/lib/s6j/s6j-spi.jar");
  }

  /** The recipe with the plugin of docs/plugin-template, built as its README says. */
  static Recipe template(Recipe recipe) {
    try {
      Path lab = Files.createTempDirectory("s6j-template");
      Path jar = lab.resolve("template/greeting.jar");
      Host.shell(
          "cp -r \"$1\" \"$2/template\" && cd \"$2/template\" && JAVA_HOME=$3 ./build \"$4\"",
          Checkout.root().resolve("docs/plugin-template"),
          lab,
          System.getProperty("java.home"),
          spi());
      Recipe with = put(recipe, "greeting", jar);
      Host.run("rm", "-rf", lab.toString());
      return with;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recipe put(Recipe recipe, String name, Path jar) {
    try {
      return recipe.file(
          "/etc/s6/plugins/" + name + ".jar",
          new String(Files.readAllBytes(jar), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String tool, List<String> words) {
    StringWriter said = new StringWriter();
    PrintWriter to = new PrintWriter(said);
    int code =
        ToolProvider.findFirst(tool)
            .orElseThrow()
            .run(to, to, new ArrayList<>(words).toArray(new String[0]));
    if (code != 0) {
      throw new AssertionError(tool + " " + words + ": " + said);
    }
  }
}
