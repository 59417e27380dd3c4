package s6j.e2e;

import static s6j.e2e.Samples.median;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What plugins cost: a boot with some in their directory beside one without, and the command that a
 * HEALTHCHECK runs beside {@code true} of busybox. All cases take turns; what is shown are medians.
 */
final class PluginBench {
  private static final double MS = 1e6;
  private static final int BATCH = 20;

  /** After so many batches the command is compiled. */
  private static final int WARM = 10;

  private static final String NONE = "without a directory of plugins";
  private static final String EMPTY = "with an empty one";

  private PluginBench() {}

  static void run(int rounds) throws IOException {
    boots(rounds);
    health(rounds);
  }

  private static void boots(int rounds) throws IOException {
    Map<String, Recipe> cases = new LinkedHashMap<>();
    Recipe recipe = Recipe.on(Image.BUSYBOX).cmd("/bin/probe", "mark", "/mark");
    cases.put(NONE, recipe.tmpfs("/etc/s6"));
    cases.put(EMPTY, recipe);
    cases.put("secrets", with(recipe, "secrets"));
    cases.put("health and metrics", with(recipe, "health", "metrics"));
    Map<String, List<Double>> samples = new LinkedHashMap<>();
    List<String> order = new ArrayList<>(cases.keySet());
    for (int round = 0; round <= rounds; round++) {
      Collections.rotate(order, 1);
      for (String name : order) {
        double toCmd = Bench.boot(cases.get(name)).toCmd() / MS;
        // The first round warms the page cache and is forgotten.
        if (round > 0) {
          samples.computeIfAbsent(name, n -> new ArrayList<>()).add(toCmd);
        }
      }
    }
    double none = median(samples.get(NONE));
    System.out.printf(
        Locale.ROOT, "%nplugins, /init to CMD, times of that %s (%.1f ms)%n", NONE, none);
    CommandBench.show(EMPTY, median(samples.get(EMPTY)) / none, 1.1);
    for (String name : List.of("secrets", "health and metrics")) {
      double ratio = median(samples.get(name)) / none;
      System.out.printf(Locale.ROOT, "  %-58s %8.2f%n", "with " + name + " in it", ratio);
    }
  }

  private static void health(int rounds) {
    List<Double> health = new ArrayList<>();
    List<Double> base = new ArrayList<>();
    Recipe recipe =
        with(Recipe.on(Image.BUSYBOX), "health")
            .service("s", "#!/bin/sh\nexec /bin/probe spin\n")
            .cmd("/bin/probe", "spin");
    try (Container container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      Container.pause(1000);
      for (int round = -WARM; round < rounds; round++) {
        List<Double> its = CommandBench.times(container, BATCH, "/run/s6/bin/s6j-health");
        List<Double> others = CommandBench.times(container, BATCH, "/bin/true");
        if (round == -WARM) {
          System.out.printf(
              Locale.ROOT, "  %-58s %8.2f%n", "s6j-health, the first, ms", its.getFirst());
        }
        if (round >= 0) {
          health.addAll(its);
          base.addAll(others);
        }
      }
    }
    double median = median(health);
    CommandBench.show("s6j-health, ms", median, 15);
    double ratio = median / median(base);
    System.out.printf(Locale.ROOT, "  %-58s %8.2f%n", "  times of true of busybox", ratio);
  }

  /** Plugins that come along, as an image links them. */
  private static Recipe with(Recipe recipe, String... plugins) {
    Recipe all = recipe;
    for (String name : plugins) {
      String jar = "/plugins/" + name + ".jar";
      all = all.item("/etc/s6" + jar, new Recipe.Item.Link("/usr/lib/s6j" + jar));
    }
    return all;
  }
}
