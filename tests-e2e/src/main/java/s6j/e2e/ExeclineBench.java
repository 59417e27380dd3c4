package s6j.e2e;

import static s6j.e2e.Samples.median;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What commands cost in a running container, each in turn with what it is compared to: {@code probe
 * race} runs both again and again, and the median of each one's times is taken.
 */
final class ExeclineBench {
  private static final String OURS = "PATH=/command:/bin";
  private static final String ORIGINAL = "PATH=/original:/bin";
  private static final Path ORIGINAL_PROGRAMS = Path.of("/usr/lib/execline/bin");
  private static final double MS = 1e6;

  /** So many runs, and the JVM is as fast as it gets. */
  private static final int WARMING = 500;

  private final PrintStream out;
  private final int rounds;

  ExeclineBench(PrintStream out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  /** Measures execline beside Debian's, and prints the ratios. */
  void run() throws IOException {
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(withOriginal())) {
      container.awaitText("[services.d] done.");
      race(container, WARMING, List.of(OURS, "execlineb", "-Pc", nest("if", 10, "")));
      out.println("\nexecline beside the original, in one container, ms");
      compare(container, "execlineb -Pc true", 1.2, rounds, "true");
      compare(container, "a chain of 10", 0.4, rounds, chain());
      compare(container, "10 nested if", 0.4, rounds, nest("if", 10, ""));
      compare(container, "10 nested foreground", 0.4, rounds, nest("foreground", 10, ""));
      // Eleven programs, which alone take a third of the original's time.
      compare(container, "  and a program after each", 0, rounds, nest("foreground", 10, "true"));
      compare(container, "forx over 1,000 words", 0, Math.max(3, rounds / 10), forx());
    }
  }

  private static Recipe withOriginal() throws IOException {
    Recipe recipe = Recipe.on(Image.BUSYBOX).cmd("probe", "spin");
    try (Stream<Path> programs = Files.list(ORIGINAL_PROGRAMS)) {
      for (Path program : programs.toList()) {
        recipe = recipe.script("/original/" + program.getFileName(), content(program));
      }
    }
    String libraries = Host.run("ldd", ORIGINAL_PROGRAMS.resolve("execlineb").toString());
    for (String word : libraries.split("\\s+")) {
      if (word.startsWith("/")) {
        recipe = recipe.script(word, content(Path.of(word)));
      }
    }
    return recipe;
  }

  private static String content(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static String chain() {
    return "export A 1 export B 2 cd / umask 022 unexport A importas -D none H HOME fdmove -c 2 1 "
        + "define X y exec true";
  }

  private static String nest(String command, int depth, String after) {
    return depth == 0 ? "true" : command + " { " + nest(command, depth - 1, after) + " } " + after;
  }

  private static String forx() {
    StringBuilder script = new StringBuilder("forx I {");
    IntStream.range(0, 1000).forEach(i -> script.append(" w").append(i));
    return script.append(" } true").toString();
  }

  private void compare(Container container, String name, double target, int times, String script) {
    List<double[]> results =
        race(
            container,
            times,
            List.of(OURS, "execlineb", "-Pc", script),
            List.of(ORIGINAL, "execlineb", "-Pc", script));
    double ours = median(results.get(0));
    double original = median(results.get(1));
    out.printf(
        Locale.ROOT,
        "  %-30s %8.2f beside %8.2f: %5.2f%s%n",
        name,
        ours / MS,
        original / MS,
        ours / original,
        target == 0
            ? ""
            : "   target " + target + ": " + (ours / original <= target ? "met" : "MISSED"));
  }

  /** Runs each command in turn, so many times; returns the nanoseconds of each one's runs. */
  @SafeVarargs
  static List<double[]> race(Container container, int times, List<String>... commands) {
    List<String> words = new ArrayList<>(List.of("/bin/probe", "race", Integer.toString(times)));
    for (int i = 0; i < commands.length; i++) {
      if (i > 0) {
        words.add("--");
      }
      words.addAll(commands[i]);
    }
    Outcome outcome = container.exec(words.toArray(new String[0]));
    if (outcome.code() != 0) {
      throw new IllegalStateException(words + ": " + outcome.output());
    }
    List<long[]> lines =
        outcome
            .stdout()
            .lines()
            .map(line -> Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray())
            .toList();
    List<double[]> results = new ArrayList<>();
    for (int i = 0; i < commands.length; i++) {
      int command = i;
      results.add(lines.stream().mapToDouble(line -> line[command]).toArray());
    }
    return results;
  }
}
