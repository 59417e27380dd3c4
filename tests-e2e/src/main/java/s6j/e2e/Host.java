package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs run on the host. */
public final class Host {
  private static final long PATIENCE_SECONDS = 300;

  private Host() {}

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException when it does not exit 0; the message has what it said
   */
  public static String run(String... words) {
    return run(List.of(words));
  }

  /** As {@link #run(String...)}. */
  public static String run(List<String> words) {
    Outcome outcome = attempt(Path.of("/dev/null"), words);
    if (outcome.code() != 0) {
      throw new IllegalStateException(
          String.join(" ", words) + ": exited " + outcome.code() + "\n" + outcome.output());
    }
    return outcome.stdout();
  }

  /** Runs a shell command line, with {@code $1}, {@code $2}, … as given. */
  public static String shell(String script, Object... arguments) {
    List<String> words = new java.util.ArrayList<>(List.of("sh", "-euc", script, "sh"));
    Arrays.stream(arguments).map(Object::toString).forEach(words::add);
    return run(words);
  }

  /** Runs a program to its end, whatever that is. */
  public static Outcome attempt(Path stdin, List<String> words) {
    try {
      Path out = Files.createTempFile("s6j-e2e", ".out");
      Path err = Files.createTempFile("s6j-e2e", ".err");
      try {
        Process process =
            new ProcessBuilder(words)
                .redirectInput(stdin.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new TimeoutException("after " + PATIENCE_SECONDS + " s: " + words);
        }
        return new Outcome(process.exitValue(), text(out), text(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
