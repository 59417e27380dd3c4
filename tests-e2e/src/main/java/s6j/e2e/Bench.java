package s6j.e2e;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code ./dev bench [--rounds N] [--boots | --commands | --plugins | --logging | --soak [MINUTES]
 * | --kills [N]]}: how long a boot and a stop take and how much memory stays in use, beside tini,
 * beside the command alone, and beside the floor: the same runtime with the same options printing
 * one line.
 *
 * <p>Times are of CLOCK_MONOTONIC, taken by nsrun just before exec of PID 1 and when its death was
 * seen, and by the CMD's first instruction. Each round measures every case once; what is shown is
 * the median over the rounds.
 */
public final class Bench {
  private static final int[] SERVICES = {0, 10, 50, 200};
  private static final double MS = 1e6;

  private final PrintStream out = System.out;
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  private Bench() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int rounds = 15;
    List<String> words = new ArrayList<>(List.of(arguments));
    int at = words.indexOf("--rounds");
    if (at >= 0 && at + 1 < words.size()) {
      rounds = Integer.parseInt(words.remove(at + 1));
      words.remove(at);
    }
    if (words.isEmpty()) {
      new Bench().run(rounds);
      commands(rounds);
      PluginBench.run(rounds);
      new LogBench().run(Math.min(rounds, LogBench.ROUNDS));
    } else if (words.equals(List.of("--plugins"))) {
      PluginBench.run(rounds);
    } else if (words.equals(List.of("--boots"))) {
      new Bench().run(rounds);
    } else if (words.equals(List.of("--logging"))) {
      new LogBench().run(Math.min(rounds, LogBench.ROUNDS));
    } else if (words.getFirst().equals("--soak") && words.size() <= 2) {
      boolean steady = Soak.run(words.size() == 2 ? Integer.parseInt(words.get(1)) : 30);
      System.exit(steady & Soak.kills(500) ? 0 : 1);
    } else if (words.getFirst().equals("--kills") && words.size() <= 2) {
      int kills = words.size() == 2 ? Integer.parseInt(words.get(1)) : 500;
      System.exit(Soak.kills(kills) ? 0 : 1);
    } else if (words.getFirst().equals("--commands") && words.size() == 1) {
      commands(rounds);
    } else {
      System.err.println(
          "bench: fatal: unknown option "
              + words
              + "; there are --rounds N, --boots, --commands, --plugins, --logging, --soak [MINUTES], --kills [N]");
      System.exit(100);
    }
  }

  private static void commands(int rounds) throws IOException {
    CommandBench.run(rounds);
    new ExeclineBench(System.out, rounds * 20).run();
  }

  private void run(int rounds) throws Exception {
    out.println("bench: " + rounds + " rounds; each measures every case once");
    List<Case> cases = cases();
    for (int round = 0; round <= rounds; round++) {
      if (round == 1) {
        // The first round warms the page cache and is forgotten.
        samples.clear();
      }
      // What one case leaves the kernel to do must not always fall on the same next one.
      Collections.rotate(cases, 1);
      for (Case one : cases) {
        one.measure();
      }
      System.err.print(round == rounds ? "\n" : ".");
    }
    memory();
    print();
  }

  private void add(String name, double value) {
    samples.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  private double median(String name) {
    return Samples.median(samples.get(name));
  }

  private String quartiles(String name) {
    List<Double> values = samples.get(name);
    return format(Samples.quartile(values, 1)) + "–" + format(Samples.quartile(values, 3));
  }

  private static String format(double value) {
    return String.format(java.util.Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }

  // ---- boots ----

  private interface Case {
    void measure() throws Exception;
  }

  private List<Case> cases() {
    String[] mark = {"/bin/probe", "mark", "/mark"};
    List<Case> cases = new ArrayList<>();
    cases.add(() -> boot("bare", Recipe.bare(Image.BUSYBOX, mark)));
    cases.add(() -> boot("tini", Recipe.bare(Image.BUSYBOX, "/bin/tini", "--").cmd(mark)));
    cases.add(this::floor);
    Recipe withoutLinks = withServices(0, "").env("S6_BIN_LINKS", "0").cmd(mark);
    cases.add(() -> boot("without links", withoutLinks));
    for (int services : SERVICES) {
      Recipe recipe = withServices(services, "#!/bin/sh\nexec /bin/probe spin\n").cmd(mark);
      cases.add(() -> boot("init " + services, recipe));
      cases.add(() -> boot("all up " + services, recipe.env("S6_CMD_WAIT_FOR_SERVICES", "1")));
      cases.add(() -> stop(services));
    }
    return cases;
  }

  private static Recipe withServices(int count, String run) {
    Recipe recipe = Recipe.on(Image.BUSYBOX).env("S6_KILL_GRACETIME", "10000");
    for (int i = 0; i < count; i++) {
      recipe = recipe.service("s" + i, run);
    }
    return recipe;
  }

  /**
   * How long a container took, in ns.
   *
   * @param toCmd until the first instruction of its CMD, which is the probe's mark
   * @param total until its death was seen
   */
  record Boot(long toCmd, long total) {}

  private void boot(String name, Recipe recipe) throws IOException {
    Boot boot = boot(recipe);
    add(name + " to CMD", boot.toCmd() / MS);
    add(name + " total", boot.total() / MS);
  }

  static Boot boot(Recipe recipe) throws IOException {
    Path times = Files.createTempFile("s6j-bench", ".times");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe, times)) {
      Outcome outcome = container.awaitExit();
      if (outcome.code() != 0) {
        throw new IllegalStateException(
            recipe.command() + ": exited " + outcome.code() + "\n" + outcome.output());
      }
      long[] startAndEnd = numbers(times);
      long marked = numbers(container.changed("/mark"))[0];
      return new Boot(marked - startAndEnd[0], startAndEnd[1] - startAndEnd[0]);
    } finally {
      Files.delete(times);
    }
  }

  private void floor() throws IOException {
    String[] words =
        Host.run("bash", Checkout.root().resolve("jlink/floor.sh").toString()).strip().split(" ");
    Path times = Files.createTempFile("s6j-bench", ".times");
    try (Container container =
        Runner.NAMESPACE.start(Recipe.on(Image.BUSYBOX).entrypoint(words), times)) {
      Outcome outcome = container.awaitExit();
      if (outcome.code() != 0 || outcome.stdout().lines().count() != 1) {
        throw new IllegalStateException("the floor prints no line: " + outcome);
      }
      long[] startAndEnd = numbers(times);
      add("floor", (startAndEnd[1] - startAndEnd[0]) / MS);
    } finally {
      Files.delete(times);
    }
  }

  private static long[] numbers(Path file) throws IOException {
    return Arrays.stream(Files.readString(file).strip().split("\\s+"))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  // ---- stops ----

  private void stop(int services) throws Exception {
    Path times = Files.createTempFile("s6j-bench", ".times");
    Recipe recipe =
        withServices(services, "#!/bin/sh\nexec /bin/probe service /ends\n")
            .script(
                "/etc/services.d/last/run",
                "#!/bin/sh\necho up >&2\nexec /bin/probe service /ends\n");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe, times)) {
      container.awaitText("[services.d] done.");
      awaitProbes(container, services + 1);
      long told = System.nanoTime();
      kill(container.pid(), 15);
      container.awaitExit();
      long ended = numbers(times)[1];
      long[] ends = numbers(container.changed("/ends"));
      if (ends.length != services + 1) {
        throw new IllegalStateException(
            ends.length + " of " + (services + 1) + " services had time to end");
      }
      add("TERM to exit " + services, (ended - told) / MS);
      add("last death to exit " + services, (ended - Arrays.stream(ends).max().getAsLong()) / MS);
    } finally {
      Files.delete(times);
    }
  }

  private static void awaitProbes(Container container, int count) {
    for (int i = 0; i < 500; i++) {
      if (container.processes().stream().filter(p -> exe(p).endsWith("/probe")).count() == count) {
        // Each blocks TERM as its first act.
        Container.pause(30);
        return;
      }
      Container.pause(20);
    }
    throw new IllegalStateException("not all " + count + " services are up");
  }

  /* System.nanoTime is CLOCK_MONOTONIC here; a kill program would add its own start to the time. */
  @SuppressWarnings("restricted")
  private static void kill(long pid, int signal) throws Exception {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().find("kill").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      if ((int) kill.invokeExact((int) pid, signal) != 0) {
        throw new IllegalStateException("no process " + pid);
      }
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- memory ----

  private void memory() {
    for (int services : SERVICES) {
      try (Container container =
          Runner.NAMESPACE.start(withServices(services, "#!/bin/sh\nexec /bin/probe spin\n"))) {
        container.awaitText("[services.d] done.");
        awaitProbes(container, services);
        Container.pause(2000);
        add("Pss " + services, pss(container));
      }
    }
  }

  /** What s6j's own processes use, in kB. */
  static double pss(Container container) {
    double sum = 0;
    for (long pid : container.processes()) {
      if (own(pid)) {
        sum += pss(pid);
      }
    }
    return sum;
  }

  /** What a process uses, in kB. */
  static double pss(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Double.parseDouble(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean own(long pid) {
    return exe(pid).startsWith("/usr/lib/s6j/");
  }

  private static String exe(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
    } catch (IOException e) {
      return "";
    }
  }

  // ---- the table ----

  private void print() {
    double floor = median("floor");
    double bare = median("bare to CMD");
    out.println("\nms, medians (quartiles)                 to CMD                    total");
    row("the command alone", "bare to CMD", "bare total");
    row("tini -- command", "tini to CMD", "tini total");
    row("the floor", null, "floor");
    row("/init, without links in /bin", "without links to CMD", "without links total");
    for (int services : SERVICES) {
      row(
          "/init, " + services + " services",
          "init " + services + " to CMD",
          "init " + services + " total");
    }
    for (int services : SERVICES) {
      row(
          "  and waits until they are up",
          "all up " + services + " to CMD",
          "all up " + services + " total");
    }
    out.println("\nratios");
    ratio("/init to CMD / the floor", median("init 0 to CMD") / floor, 1.5);
    out.printf(
        "  %-46s %8s%n",
        "/init to CMD / the command alone", format(median("init 0 to CMD") / bare));
    out.printf(
        "  %-46s %8s%n",
        "/init to CMD / tini to CMD", format(median("init 0 to CMD") / median("tini to CMD")));
    out.println("\nms more for each service");
    for (int services : SERVICES) {
      if (services > 0) {
        String name = "until all " + services + " are up";
        double each =
            (median("all up " + services + " to CMD") - median("all up 0 to CMD")) / services;
        if (services == 200) {
          ratio(name, each, 2.5);
        } else {
          out.printf("  %-46s %8s%n", name, format(each));
        }
      }
    }
    out.println("\nstop, ms");
    for (int services : SERVICES) {
      out.printf(
          "  %-46s %8s (%s)%n",
          "TERM to exit, " + (services + 1) + " services",
          format(median("TERM to exit " + services)),
          quartiles("TERM to exit " + services));
      ratio("  from the last death to exit", median("last death to exit " + services), 50);
    }
    out.println("\nmemory (Pss of s6j's processes), kB");
    for (int services : SERVICES) {
      out.printf("  %-46s %8.0f%n", services + " services", median("Pss " + services));
    }
    ratio("with no service, MB", median("Pss 0") / 1024, 45);
    ratio("more for each of 200 services, kB", (median("Pss 200") - median("Pss 0")) / 200, 16);
  }

  private void row(String name, String toCmd, String total) {
    out.printf(
        "  %-32s %-25s %s%n",
        name,
        toCmd == null ? "" : format(median(toCmd)) + " (" + quartiles(toCmd) + ")",
        format(median(total)) + " (" + quartiles(total) + ")");
  }

  private void ratio(String name, double value, double target) {
    out.printf(
        "  %-46s %8s   target %s: %s%n",
        name, format(value), format(target), value <= target ? "met" : "MISSED");
  }
}
