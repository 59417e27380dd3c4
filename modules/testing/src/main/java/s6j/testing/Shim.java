package s6j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The C shim, compiled once for a test run with the compiler that the release uses. */
public final class Shim {
  private static Path built;

  private Shim() {}

  /** The path of the executable. */
  public static synchronized Path path() {
    if (built == null) {
      built = build();
    }
    return built;
  }

  /** The folder of the checkout. */
  public static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("modules/shim/shim.c"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("not within a checkout of s6j");
    }
    return at;
  }

  private static Path build() {
    try {
      Path source = checkout().resolve("modules/shim/shim.c");
      Path target = checkout().resolve("modules/shim/target/shim");
      if (Files.exists(target)
          && Files.getLastModifiedTime(target).compareTo(Files.getLastModifiedTime(source)) >= 0) {
        return target;
      }
      Files.createDirectories(target.getParent());
      Path fresh = target.resolveSibling("shim." + ProcessHandle.current().pid());
      compile(
          source,
          fresh,
          "musl-gcc",
          "-static",
          "-Os",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-Wconversion");
      return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles a C program with this compiler and these options. */
  public static void compile(Path source, Path target, String... compiler) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(compiler));
    words.addAll(List.of("-o", target.toString(), source.toString()));
    try {
      if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException("could not compile " + source);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
