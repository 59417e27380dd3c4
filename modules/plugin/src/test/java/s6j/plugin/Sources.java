package s6j.plugin;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Sources of a plugin, compiled and packed as a stranger would. */
final class Sources {
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>();
  private Path modulePath =
      Path.of(
          ModuleLayer.boot()
              .configuration()
              .findModule("s6j.spi")
              .orElseThrow()
              .reference()
              .location()
              .orElseThrow());
  private final Path lab;
  private boolean onClassPath;

  /** Sources that are compiled in this directory. */
  Sources(Path lab) {
    this.lab = lab;
  }

  /** A file: a source, or a resource that is packed as it is. */
  Sources file(String path, String content) {
    files.put(path, content);
    return this;
  }

  /** Options of javac. */
  Sources options(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Other modules than the s6j.spi of this build. */
  Sources against(Path other) {
    modulePath = other;
    return this;
  }

  /** No modules. */
  Sources withoutModules() {
    onClassPath = true;
    return this;
  }

  /** Compiles into a directory. */
  Path compile(Path directory) throws IOException {
    Path sources = Files.createTempDirectory(lab, "sources");
    List<String> words =
        new ArrayList<>(
            List.of(
                "-d",
                directory.toString(),
                onClassPath ? "-cp" : "-p",
                modulePath.toString(),
                "-Xlint:-options"));
    words.addAll(options);
    Files.createDirectories(directory);
    for (Map.Entry<String, String> file : files.entrySet()) {
      boolean isSource = file.getKey().endsWith(".java");
      Path at = (isSource ? sources : directory).resolve(file.getKey());
      Files.createDirectories(at.getParent());
      Files.writeString(at, file.getValue());
      if (isSource) {
        words.add(at.toString());
      }
    }
    run("javac", words);
    return directory;
  }

  /** Compiles and packs. */
  Path jar(Path jar) throws IOException {
    Path classes = compile(Files.createTempDirectory(lab, "classes"));
    return pack(classes, jar);
  }

  /** Packs what has been compiled; the tool jar would not take what is too new for it. */
  static Path pack(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        out.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  private static void run(String tool, List<String> words) {
    StringWriter said = new StringWriter();
    int code =
        ToolProvider.findFirst(tool)
            .orElseThrow()
            .run(new PrintWriter(said), new PrintWriter(said), words.toArray(new String[0]));
    if (code != 0) {
      throw new AssertionError(tool + " " + words + ": " + said);
    }
  }

  /** Makes the classes look as if a compiler of this Java release had written them. */
  static void makeNewer(Path classes, String only, int release) throws IOException {
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(f -> f.toString().endsWith(only)).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = (byte) (44 + release);
        Files.write(file, bytes);
      }
    }
  }
}
