package s6j.e2e;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How fast loggers are and what they cost, beside Debian's s6-log on the same files in the same
 * run: lines of 112 bytes with {@code n20 s1000000 T}.
 */
final class LogBench {
  /** As many as can be told apart from each other's accidents: the original's vary by a half. */
  static final int ROUNDS = 11;

  private static final int LINES = 1_000_000;
  private static final String SCRIPT = "n20 s1000000 T";
  private static final String ORIGINAL = "/usr/bin/s6-log";
  private static final int IDLE = 200;
  private static final double TICKS = 100;

  private final PrintStream out = System.out;

  /** What one logger took for {@link #LINES}. */
  private record Run(double seconds, double cpuSeconds) {}

  /**
   * How the writer of a line waits until it is in the file. One that looks all the time keeps its
   * CPU, on which the kernel has woken the logger; one that sleeps must be woken as well. What that
   * costs is seen where {@code cat} is the logger.
   */
  private enum Wait {
    LOOKING("latency", "writer looks all the time"),
    ASLEEP("latency-asleep", "writer sleeps");

    private final String probe;
    private final String shown;
    private final List<double[]> ours = new ArrayList<>();
    private final List<double[]> theirs = new ArrayList<>();
    private final List<double[]> cat = new ArrayList<>();

    Wait(String probe, String shown) {
      this.probe = probe;
      this.shown = shown;
    }

    /** One turn of each, whose directories have this name. */
    void measure(Container container, Path host, String name) {
      String ourDirectory = "/t/" + probe + name;
      ours.add(
          latency(
              container.exec(
                  "sh", "-c", pipeline("probe", ourDirectory, logger("s6-log", ourDirectory)))));
      String directory = host + "/theirs-" + probe + name;
      theirs.add(latency(onHost(directory, logger(ORIGINAL, directory))));
      String file = host + "/cat-" + probe + name;
      cat.add(latency(onHost(file, "{ mkdir " + file + "; cat >" + file + "/current; }")));
    }

    private Outcome onHost(String directory, String logger) {
      String command = pipeline(Programs.probe().toString(), directory, logger);
      return Host.attempt(Path.of("/dev/null"), List.of("sh", "-c", command));
    }

    private String pipeline(String program, String directory, String logger) {
      return program + " " + probe + " " + directory + "/current | " + logger;
    }
  }

  /** Measures, so many times each, in turn, and prints medians. */
  void run(int rounds) throws IOException {
    List<Run> ours = new ArrayList<>();
    List<Run> theirs = new ArrayList<>();
    Recipe recipe = Recipe.on(Image.BUSYBOX).cmd("/bin/probe", "spin");
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      container.execOk(
          "sh", "-c", "mkdir /t; yes " + "x".repeat(111) + " | head -n " + LINES + " >/t/lines");
      Path host = container.changed("/t");
      for (int i = 0; i <= rounds; i++) {
        Run our = ours(container, "/t/o" + i);
        Run their = theirs(host, host + "/o-theirs" + i);
        if (i > 0) {
          // The first round warms up, and is forgotten.
          ours.add(our);
          theirs.add(their);
        }
        for (Wait wait : Wait.values()) {
          wait.measure(container, host, "" + i);
        }
      }
    }
    double ourPss = oursIdle();
    double theirPss = theirsIdle();
    out.println("\nlogging, " + SCRIPT + ", lines of 112 bytes     s6j   Debian's s6-log   ratio");
    row("lines a second", LINES / seconds(ours), LINES / seconds(theirs));
    out.println("    quartiles of the ratio in one round: " + ratios(ours, theirs));
    row("CPU seconds for 1,000,000 lines (with cat)", cpu(ours), cpu(theirs));
    for (Wait wait : Wait.values()) {
      out.println("  from write to file, microseconds, " + wait.shown);
      row("  median", median(wait.ours, 0), median(wait.theirs, 0));
      row("  90th percentile", median(wait.ours, 1), median(wait.theirs, 1));
      out.printf(
          Locale.ROOT,
          "    (cat in the logger's place: %.0f, %.0f)%n",
          median(wait.cat, 0),
          median(wait.cat, 1));
    }
    row(IDLE + " idle loggers in all, Pss, MB", ourPss / 1024, theirPss / 1024);
    out.println(
        "  (ours with their services' supervision and the runtime; the original's without any)");
  }

  private static String ratios(List<Run> ours, List<Run> theirs) {
    double[] ratios = new double[ours.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = theirs.get(i).seconds() / ours.get(i).seconds();
    }
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT, "%.2f-%.2f", ratios[ratios.length / 4], ratios[ratios.length * 3 / 4]);
  }

  private void row(String name, double ours, double theirs) {
    out.printf(Locale.ROOT, "  %-44s %9.2f %9.2f %13.2f%n", name, ours, theirs, ours / theirs);
  }

  private static double seconds(List<Run> runs) {
    return Samples.median(runs.stream().mapToDouble(Run::seconds).toArray());
  }

  private static double cpu(List<Run> runs) {
    return Samples.median(runs.stream().mapToDouble(Run::cpuSeconds).toArray()) * 1e6 / LINES;
  }

  private static double median(List<double[]> all, int index) {
    return Samples.median(all.stream().mapToDouble(values -> values[index]).toArray());
  }

  private static String logger(String program, String directory) {
    return program + " " + SCRIPT + " " + directory;
  }

  private static String pipeline(String lines, String program, String directory) {
    return "cat " + lines + " | " + logger(program, directory) + " && times";
  }

  /** The CPU time of the runtime counts. */
  private Run ours(NamespaceRunner.Started container, String directory) throws IOException {
    double before = runtimeCpu(container);
    long start = System.nanoTime();
    String times = container.execOk("sh", "-c", pipeline("/t/lines", "s6-log", directory));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Run(seconds, childrenCpu(times) + runtimeCpu(container) - before);
  }

  private static Run theirs(Path host, String directory) {
    long start = System.nanoTime();
    String times =
        Host.run(
            "busybox", "sh", "-c", pipeline(host.resolve("lines").toString(), ORIGINAL, directory));
    return new Run((System.nanoTime() - start) / 1e9, childrenCpu(times));
  }

  /** Of init and the runtime. */
  private static double runtimeCpu(Container container) throws IOException {
    double ticks = 0;
    for (long pid : container.processes()) {
      if (Bench.own(pid)) {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        ticks += Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
      }
    }
    return ticks / TICKS;
  }

  /** The second line of what the shell's {@code times} says: 0m1.23s 0m4.56s. */
  private static double childrenCpu(String times) {
    double sum = 0;
    for (String time :
        times.strip().lines().skip(1).findFirst().orElseThrow().strip().split("\\s+")) {
      String[] parts = time.replace("s", "").split("m");
      sum += 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
    }
    return sum;
  }

  private static double[] latency(Outcome outcome) {
    return Arrays.stream(outcome.stderr().strip().split("\\s+"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double oursIdle() {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script(
                "/etc/cont-init.d/10", "#!/bin/sh\nmkdir /var/log/l\nchown nobody /var/log/l\n");
    for (int i = 0; i < IDLE; i++) {
      recipe =
          recipe
              .service("s" + i, "#!/bin/sh\nexec /bin/probe spin\n")
              .script(
                  "/etc/services.d/s" + i + "/log/run",
                  "#!/bin/sh\nexec logutil-service /var/log/l/" + i + "\n");
    }
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      Path logs = container.changed("/var/log/l");
      for (int i = 0; i < 200 && count(logs) < IDLE; i++) {
        Container.pause(100);
      }
      Container.pause(2000);
      if (count(logs) < IDLE) {
        throw new IllegalStateException("of the loggers there are only " + count(logs));
      }
      return Bench.pss(container);
    }
  }

  private static long count(Path logs) {
    String[] names = logs.toFile().list();
    return names == null ? 0 : names.length;
  }

  private static double theirsIdle() throws IOException {
    Path logs = Files.createTempDirectory("s6j-bench-idle");
    List<Process> loggers = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        loggers.add(
            new ProcessBuilder(ORIGINAL, "n20", "s1000000", "T", logs.resolve("" + i).toString())
                .start());
      }
      Container.pause(1000);
      double sum = 0;
      for (Process logger : loggers) {
        sum += Bench.pss(logger.pid());
      }
      return sum;
    } finally {
      for (Process logger : loggers) {
        logger.destroyForcibly();
      }
      Host.run("rm", "-rf", logs.toString());
    }
  }
}
