package s6j.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things are in the checkout, and what machine this is. */
public final class Checkout {
  private Checkout() {}

  /** The checkout's folder. */
  public static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("tests-e2e/pom.xml"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("not within a checkout of s6j");
    }
    return at;
  }

  /** The folder for what is made once and used again; not committed. */
  public static Path cache() {
    return root().resolve(".s6j");
  }

  /** The host's architecture by Docker's name for it: amd64, arm64. */
  public static String arch() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      case String other -> other;
    };
  }

  /** The tarball that {@code ./dev build} makes. */
  public static Path tarball() {
    return root().resolve("release/target/s6j-overlay-linux-" + arch() + ".tar.gz");
  }
}
