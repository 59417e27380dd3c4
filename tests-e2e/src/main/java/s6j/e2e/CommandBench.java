package s6j.e2e;

import static s6j.e2e.Samples.median;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What commands cost, as ratios to {@code true} of busybox in the same run, and how soon another
 * JVM is in charge when one was killed. The JVM is warm: the commands have run before. Batches of
 * all cases take turns; what is shown are medians.
 */
final class CommandBench {
  private static final double MS = 1e6;
  private static final int BATCH = 20;

  /** After so many batches of all cases what they have in common is compiled. */
  private static final int WARM = 15;

  private static final int CROWD = 64;
  private static final int SERVICES = 50;

  /** The shim gives up at the fifth death within half a minute. */
  private static final int KILLS = 3;

  private static final String SERVICE = "/run/s6/services/s";

  private CommandBench() {}

  private record Case(String name, double target, String... words) {}

  private static final List<Case> CASES =
      List.of(
          new Case("true", 0, "/bin/true"),
          new Case("s6-svstat", 1.2, "s6-svstat", SERVICE),
          new Case("s6-svc -c", 1.2, "s6-svc", "-c", SERVICE),
          new Case("printcontenv X", 1.2, "printcontenv", "X"),
          new Case("s6-setuidgid nobody true", 2, "s6-setuidgid", "nobody", "/bin/true"),
          new Case("with-contenv true", 2, "with-contenv", "/bin/true"));

  static void run(int rounds) throws IOException {
    warm(rounds);
    firstCall(Math.max(3, rounds / 2));
    newJvm(Math.max(2, rounds / 4));
  }

  private static Recipe recipe() {
    return Recipe.on(Image.BUSYBOX).env("X", "1").service("s", "#!/bin/sh\nexec /bin/probe spin\n");
  }

  private static void warm(int rounds) {
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    List<Double> crowd = new ArrayList<>();
    double cold = 0;
    try (Container container = Runner.NAMESPACE.start(recipe().cmd("/bin/probe", "spin"))) {
      container.awaitText("[services.d] done.");
      for (int round = -WARM; round < rounds; round++) {
        for (Case one : CASES) {
          List<Double> batch = times(container, "times", BATCH, one.words());
          if (round >= 0) {
            samples.computeIfAbsent(one.name(), n -> new ArrayList<>()).addAll(batch);
          }
        }
        String[] svstat = CASES.get(1).words();
        double inARow = times(container, "times", CROWD, svstat).stream().mapToDouble(d -> d).sum();
        double atOnce = times(container, "at-once", CROWD, svstat).getFirst();
        if (round == -WARM) {
          cold = median(times(container, "times", CROWD, svstat));
        }
        if (round >= 0) {
          crowd.add(atOnce / inARow);
        }
      }
    }
    double base = median(samples.get("true"));
    System.out.printf(
        Locale.ROOT, "%ncommands, times of true of busybox (%.2f ms), JVM warm%n", base);
    for (Case one : CASES.subList(1, CASES.size())) {
      double ratio = median(samples.get(one.name())) / base;
      show(one.name(), ratio, one.target());
    }
    System.out.printf(
        Locale.ROOT, "  %-58s %8.2f%n", "s6-svstat, the first hundred of a JVM", cold / base);
    show(CROWD + " at once / " + CROWD + " in a row, none failed", median(crowd), 1.3);
  }

  /** Milliseconds of each of a number of calls, one after another. */
  static List<Double> times(Container container, int count, String... words) {
    return times(container, "times", count, words);
  }

  /** Milliseconds; it is an error when one has failed. */
  private static List<Double> times(Container container, String how, int count, String[] words) {
    List<String> all = new ArrayList<>(List.of("/bin/probe", how, Integer.toString(count)));
    all.addAll(Arrays.asList(words));
    return container
        .execOk(all.toArray(String[]::new))
        .lines()
        .map(line -> Long.parseLong(line) / MS)
        .toList();
  }

  private static void firstCall(int rounds) {
    List<Double> samples = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      Outcome outcome =
          Runner.NAMESPACE.run(
              recipe()
                  .env("S6_CMD_WAIT_FOR_SERVICES", "1")
                  .cmd("/bin/probe", "times", "1", "s6-svstat", SERVICE));
      String line =
          outcome.stdout().lines().filter(l -> l.matches("\\d+")).findFirst().orElseThrow();
      samples.add(Long.parseLong(line) / MS);
    }
    show("the first call after a boot, ms", median(samples), 15);
  }

  /** A JVM is in charge when it has written the status of every service anew. */
  private static void newJvm(int containers) throws IOException {
    List<Double> samples = new ArrayList<>();
    Recipe recipe = Recipe.on(Image.BUSYBOX);
    for (int i = 0; i < SERVICES; i++) {
      recipe = recipe.service("s" + i, "#!/bin/sh\nexec /bin/probe spin\n");
    }
    for (int n = 0; n < containers; n++) {
      try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
        container.awaitText("[services.d] done.");
        for (int kill = 0; kill < KILLS; kill++) {
          Container.pause(1000);
          Object[] before = statuses(container);
          long from = System.nanoTime();
          if (!Jvm.kill(container)) {
            throw new IllegalStateException("no JVM in the container");
          }
          awaitAllChanged(container, before);
          samples.add((System.nanoTime() - from) / MS);
        }
      }
    }
    show("from kill -9 until another JVM has " + SERVICES + " services, ms", median(samples), 300);
  }

  private static void awaitAllChanged(NamespaceRunner.Started container, Object[] before)
      throws IOException {
    for (int i = 0; i < SERVICES; ) {
      Object now = status(container, i);
      if (now != null && !now.equals(before[i])) {
        i++;
      } else if (container.running()) {
        Container.pause(1);
      } else {
        throw new IllegalStateException("it ended: " + container.stderr());
      }
    }
  }

  private static Object[] statuses(NamespaceRunner.Started container) throws IOException {
    Object[] all = new Object[SERVICES];
    for (int i = 0; i < SERVICES; i++) {
      all[i] = status(container, i);
    }
    return all;
  }

  private static Object status(NamespaceRunner.Started container, int i) throws IOException {
    Path file = container.changed("/run/s6/services/s" + i + "/supervise/status");
    return Files.exists(file) ? Files.readAttributes(file, "unix:ino,ctime").toString() : null;
  }

  static void show(String name, double value, double target) {
    System.out.printf(
        Locale.ROOT,
        "  %-58s %8.2f   target %.1f: %s%n",
        name,
        value,
        target,
        value <= target ? "met" : "MISSED");
  }
}
