package s6j.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./dev bench --soak}: one container for a long time, with services that end every second,
 * loggers and commands; nothing of s6j's may grow. Before that, a logger is killed 200 times.
 */
final class Soak {
  private static final int SERVICES = 20;
  private static final int INTERVAL_S = 30;
  private static final int KILLS = 200;

  private Soak() {}

  /**
   * Returns whether no line was lost, and memory and descriptors stayed as they were after the
   * first quarter.
   */
  static boolean run(int minutes) throws IOException {
    boolean lossless = LoggerKills.run(KILLS);
    return steady(minutes) && lossless;
  }

  private static boolean steady(int minutes) throws IOException {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nmkdir /var/log/l\nchown nobody:nogroup /var/log/l\n")
            .service("logged", "#!/bin/sh\nwhile :; do seq 1 100; sleep 0.1; done\n")
            .script(
                "/etc/services.d/logged/log/run", "#!/bin/sh\nexec logutil-service /var/log/l\n")
            .service(
                "commands",
                "#!/bin/sh\nwhile :; do s6-svstat ../logged >/dev/null; with-contenv true; done\n")
            .service("orphans", "#!/bin/sh\nprobe orphans 100\nsleep 1\n");
    for (int i = 0; i < SERVICES; i++) {
      recipe = recipe.service("ends" + i, "#!/bin/sh\necho >>/restarts\n");
    }
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      System.out.println("minute   Pss kB   descriptors   processes   restarts");
      double base = 0;
      long baseDescriptors = 0;
      double pss = 0;
      long descriptors = 0;
      int samples = Math.max(4, minutes * 60 / INTERVAL_S);
      for (int i = 1; i <= samples; i++) {
        Container.pause(INTERVAL_S * 1000L);
        if (!container.running()) {
          System.out.println("it ended: " + container.stderr());
          return false;
        }
        pss = Bench.pss(container);
        descriptors = descriptors(container);
        System.out.printf(
            "%6.1f %8.0f %13d %11d %10d%n",
            i * INTERVAL_S / 60.0,
            pss,
            descriptors,
            container.processes().size(),
            Files.size(container.changed("/restarts")));
        if (i == samples / 4) {
          base = pss;
          baseDescriptors = descriptors;
        }
      }
      boolean steady = pss < base * 1.1 && descriptors <= baseDescriptors + 20;
      System.out.println(
          steady
              ? "nothing grew"
              : "IT GREW since the first quarter: "
                  + base
                  + " kB, "
                  + baseDescriptors
                  + " descriptors");
      return steady;
    }
  }

  /**
   * Kills the JVM so many times, at random moments of the lives of containers; returns whether none
   * of them was any different for that.
   */
  static boolean kills(int wanted) {
    long length = Lives.undisturbed(false);
    long slowLength = Lives.undisturbed(true);
    long first = System.currentTimeMillis() / 1000 * 1000;
    System.out.println(
        "kills: lives of " + length + " and " + slowLength + " ms, seeds from " + first);
    int killed = 0;
    int lives = 0;
    int bad = 0;
    for (; killed < wanted && lives < 10 * wanted; lives++) {
      boolean slow = lives % 2 == 1;
      Lives.Result result = Lives.one(first + lives, slow, slow ? slowLength : length);
      killed += result.killed();
      bad += result.complaints().isEmpty() ? 0 : 1;
      result.complaints().forEach(System.out::println);
    }
    System.out.printf("%d kills in %d lives, %d of them WRONG%n", killed, lives, bad);
    return bad == 0 && killed >= wanted;
  }

  private static long descriptors(Container container) throws IOException {
    long count = 0;
    List<Long> own = container.processes().stream().filter(Bench::own).toList();
    for (long pid : own) {
      try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
        count += all.count();
      } catch (IOException e) {
        if (Files.exists(Path.of("/proc/" + pid))) {
          throw e;
        }
      }
    }
    return count;
  }
}
