package s6j.execline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import s6j.testing.Shim;

/** The programs {@code report} and {@code args}, compiled from the corpus's folder. */
final class Helpers {
  /** Where the commands of the original are. */
  static final Path ORIGINALS = Path.of("/usr/lib/execline/bin");

  private Helpers() {}

  /** The folder of the corpus. */
  static Path corpus() {
    return Shim.checkout().resolve("tests-e2e/execline");
  }

  /** A folder with both programs, for the PATH. */
  static Path directory() throws IOException, InterruptedException {
    Path directory = Shim.checkout().resolve("modules/execline/target/helpers");
    Files.createDirectories(directory);
    Path report = directory.resolve("report");
    Path source = corpus().resolve("report.c");
    boolean fresh =
        Files.exists(report)
            && Files.getLastModifiedTime(report).compareTo(Files.getLastModifiedTime(source)) >= 0;
    if (!fresh) {
      Process compiler =
          new ProcessBuilder(
                  "musl-gcc", "-static", "-Os", "-Wall", "-o", report.toString(), source.toString())
              .inheritIO()
              .start();
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("musl-gcc could not compile " + source);
      }
    }
    Path args = directory.resolve("args");
    if (!Files.exists(args)) {
      Files.createSymbolicLink(args, report);
    }
    return directory;
  }
}
