package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * Short lives of containers whose JVM is killed at random moments, from the first instruction to
 * the last. Whatever the moment, what the container does must be what it does without: each script
 * once, no service beside itself, the code of CMD.
 */
final class Lives {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CMD_CODE = 23;

  /** Each script and service writes what it does into files below /life, a line in one write. */
  private static final Recipe RECIPE =
      Recipe.on(Image.BUSYBOX)
          .item("/life", new Recipe.Item.Directory(0777))
          .env("S6_CMD_WAIT_FOR_SERVICES", "1")
          .env("S6_CMD_WAIT_FOR_SERVICES_MAXTIME", "30000")
          .env("S6_BEHAVIOUR_IF_STAGE2_FAILS", "2")
          .file("/srv/data", "")
          .file("/etc/fix-attrs.d/10", "/srv true daemon 0640 0750\n")
          .script("/etc/cont-init.d/10", "#!/bin/sh\necho init 10 >>/life/once\nsleep 0.05\n")
          .file("/etc/cont-init.d/20", "#!/bin/sh\necho init 20 >>/life/once\n")
          .service("stays", alone("stays") + "exec sleep 1000\n")
          .service("ends", alone("ends") + "sleep 0.2\nexit 7\n")
          .script(
              "/etc/services.d/ends/finish",
              "#!/bin/sh\necho \"finish ends $4 $1 $2 $3\" >>/life/events\n")
          .service("ready", alone("ready") + "sleep 0.1\necho >&3\nexec 3>&-\nexec sleep 1000\n")
          .file("/etc/services.d/ready/notification-fd", "3\n")
          .service("logged", alone("logged") + "n=0\nwhile echo $((n+=1)); do sleep 0.02; done\n")
          .script("/etc/services.d/logged/log/run", "#!/bin/sh\nexec cat >>/life/log\n")
          .script("/etc/cont-finish.d/10", "#!/bin/sh\necho finish 10 >>/life/once\nsleep 0.05\n");

  /** An interpreted JVM without its cache: what takes microseconds takes long enough to be hit. */
  private static final Recipe SLOW_RECIPE =
      RECIPE.file(
          "/usr/lib/s6j/runtime/conf/init.options",
          "-Xint\n-Xrs\n-Xmx24m\n-XX:+UseSerialGC\n-m s6j.init/s6j.init.Main\n");

  private final List<String> complaints = new ArrayList<>();
  private final Recipe recipe;
  private final Random random;
  private final String name;
  private int killed;

  private Lives(long seed, boolean slow) {
    this.recipe = slow ? SLOW_RECIPE : RECIPE;
    this.random = new Random(seed);
    this.name = "life " + seed;
  }

  /** A run script that says when it begins, and when it does so beside itself. */
  private static String alone(String service) {
    return "#!/bin/sh\nif [ -z \"$ALONE\" ]; then\nALONE=1 exec probe alone /life/lock."
        + service
        + " sh -c '. ./run'\nfi\necho run "
        + service
        + " $$ >>/life/events\n";
  }

  /** How long a life takes in which nothing is killed, in milliseconds. */
  static long undisturbed(boolean slow) {
    Lives life = new Lives(0, slow);
    long from = System.nanoTime();
    life.live(0, 0);
    if (!life.complaints.isEmpty()) {
      throw new IllegalStateException("without a kill: " + life.complaints);
    }
    return (System.nanoTime() - from) / 1_000_000;
  }

  /** What came of a life: how many times the JVM was killed, and what was wrong. */
  record Result(int killed, List<String> complaints) {}

  /**
   * Lives one.
   *
   * @param seed by it what happens when is drawn
   * @param slow whether its JVM is a slow one
   * @param lengthMs of {@link #undisturbed}
   */
  static Result one(long seed, boolean slow, long lengthMs) {
    Lives life = new Lives(seed, slow);
    life.live(1 + life.random.nextInt(3), lengthMs);
    return new Result(life.killed, life.complaints);
  }

  private void live(int kills, long lengthMs) {
    boolean told = kills > 0 && random.nextInt(3) == 0;
    boolean again = kills > 0 && random.nextInt(4) == 0;
    boolean catchAll = kills > 0 && random.nextInt(4) == 0;
    String cmd =
        "echo cmd >>/life/once; " + (told ? "exec sleep 1000" : "sleep 0.3; exit " + CMD_CODE);
    try (NamespaceRunner.Started container =
        Runner.NAMESPACE.start(recipe.env("S6_LOGGING", catchAll ? "1" : "0").sh(cmd))) {
      if (again) {
        // What an earlier life has left must not be taken for this one's.
        Container.pause(lengthMs / 2 + random.nextLong(lengthMs));
        signalIfRunning(container, 9);
        container.awaitExit(PATIENCE);
        Host.shell("rm -f \"$1\"/*", container.changed("/life"));
        container.startAgain();
      }
      disturb(container, kills, lengthMs, told);
      Outcome outcome = container.awaitExit(PATIENCE);
      judge(container, outcome, told);
    } catch (AssertionError | RuntimeException e) {
      complaints.add(name + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills at moments spread over the life and, when CMD does not end by itself, asks to stop at one
   * more.
   */
  private void disturb(Container container, int kills, long lengthMs, boolean told) {
    long from = System.nanoTime();
    long end = lengthMs * 1_000_000 * (told ? 2 : 1);
    TreeSet<Long> moments = new TreeSet<>();
    for (int i = 0; i < kills; i++) {
      moments.add((long) (random.nextDouble() * end));
    }
    long stop = told ? (long) (random.nextDouble() * end) : Long.MAX_VALUE;
    container.pid();
    if (told) {
      // Before there is an init, a signal is lost.
      for (int i = 0; i < 1000 && Jvm.pid(container) == 0; i++) {
        Container.pause(5);
      }
    }
    for (long moment : moments) {
      if (stop < moment) {
        pauseUntil(from + stop);
        signalIfRunning(container, 15);
        stop = Long.MAX_VALUE;
      }
      pauseUntil(from + moment);
      killed += Jvm.kill(container) ? 1 : 0;
    }
    if (stop != Long.MAX_VALUE) {
      pauseUntil(from + stop);
      signalIfRunning(container, 15);
    }
  }

  private static void signalIfRunning(Container container, int number) {
    try {
      container.signal(number);
    } catch (IllegalStateException e) {
      if (container.running()) {
        // It may be about to end.
        container.awaitExit(PATIENCE);
      }
    }
  }

  private static void pauseUntil(long nano) {
    for (long left = nano - System.nanoTime(); left > 0; left = nano - System.nanoTime()) {
      java.util.concurrent.locks.LockSupport.parkNanos(left);
    }
  }

  private void judge(NamespaceRunner.Started container, Outcome outcome, boolean told)
      throws IOException {
    List<String> once = lines(container, "once");
    List<String> events = lines(container, "events");
    int before = complaints.size();
    // CMD may have been stopped before its first act.
    boolean right =
        told
            ? outcome.code() == 143 || outcome.code() == 0 && !once.contains("cmd")
            : outcome.code() == CMD_CODE;
    check(right, "exited " + outcome.code());
    for (String service : List.of("stays", "ends", "ready", "logged")) {
      Path broken = container.changed("/life/lock." + service + ".broken");
      check(!Files.exists(broken), service + " ran beside itself");
    }
    checkOrder(once, told);
    checkServices(events, told);
    checkLog(lines(container, "log"));
    check(!outcome.output().contains("internal error"), "an internal error");
    if (complaints.size() > before) {
      complaints.add("  once: " + once + "\n  events: " + events + "\n" + outcome.output());
    }
  }

  /** A life that was told to stop may have left out what comes later, and nothing else. */
  private void checkOrder(List<String> once, boolean told) {
    List<String> all = List.of("init 10", "init 20", "cmd", "finish 10");
    if (!told) {
      check(once.equals(all), "its scripts: " + once);
      return;
    }
    List<String> begun = once.isEmpty() ? once : once.subList(0, once.size() - 1);
    check(
        !once.isEmpty()
            && once.getLast().equals("finish 10")
            && begun.equals(all.subList(0, begun.size())),
        "its scripts: " + once);
  }

  /**
   * Every death of a service that was not told to end has exactly one finish, with what it died of.
   */
  private void checkServices(List<String> events, boolean told) {
    List<String> runs = events.stream().filter(e -> e.startsWith("run ends ")).toList();
    for (int i = 0; i < runs.size(); i++) {
      String pid = runs.get(i).substring("run ends ".length());
      List<String> ends =
          events.stream().filter(e -> e.startsWith("finish ends " + pid + " ")).toList();
      boolean last = i == runs.size() - 1;
      String expected = "finish ends " + pid + " 7 0 ends";
      boolean stopped =
          last && (ends.isEmpty() || ends.equals(List.of("finish ends " + pid + " 256 15 ends")));
      check(stopped || ends.equals(List.of(expected)), "ends " + pid + " has finished: " + ends);
    }
    for (String stays : List.of("stays", "ready", "logged")) {
      long starts = events.stream().filter(e -> e.startsWith("run " + stays + " ")).count();
      check(starts == 1 || told && starts == 0, stays + " was started " + starts + " times");
    }
  }

  private void checkLog(List<String> log) {
    for (int i = 0; i < log.size(); i++) {
      if (!log.get(i).equals(Integer.toString(i + 1))) {
        check(false, "line " + (i + 1) + " of the log is " + log.get(i));
        return;
      }
    }
  }

  private void check(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(name + ": " + complaint);
    }
  }

  private static List<String> lines(NamespaceRunner.Started container, String file)
      throws IOException {
    Path path = container.changed("/life/" + file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }
}
