package s6j.plugin.waitfor;

import com.google.auto.service.AutoService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.StageContext;
import s6j.spi.StageHook;
import s6j.spi.StageVeto;

/**
 * Waits until all that {@code S6_WAIT_FOR} names is there: words, each {@code HOST:PORT}, {@code
 * http://HOST[:PORT]/PATH} or a path. It waits before init scripts; with {@code
 * S6_WAIT_FOR_BEFORE=services} or {@code cmd} before these. When {@code S6_WAIT_FOR_TIMEOUT}
 * milliseconds (60000; 0 is for ever) have passed it names what is missing and stops the container,
 * with exit code 99; 100 is for a variable that cannot be understood.
 */
@AutoService(StageHook.class)
public final class WaitFor implements StageHook {
  private static final String TARGETS = "S6_WAIT_FOR";
  private static final String BEFORE = "S6_WAIT_FOR_BEFORE";
  private static final String TIMEOUT = "S6_WAIT_FOR_TIMEOUT";
  private static final long TIMEOUT_DEFAULT_MS = 60_000;
  private static final long FOR_EVER_MS = Long.MAX_VALUE / 4_000_000;
  private static final long PAUSE_MS = 200;
  private static final long PROGRESS_MS = 10_000;
  private static final int USAGE = 100;
  private static final int TIMED_OUT = 99;

  /** Found by the service loader. */
  public WaitFor() {}

  @Override
  public Set<Point> points() {
    return Set.of(Point.BEFORE_CONT_INIT, Point.BEFORE_SERVICES, Point.BEFORE_CMD);
  }

  /** After plugins that may know more of where things are. */
  @Override
  public int priority() {
    return 100;
  }

  @Override
  public void reached(Point point, StageContext context) throws StageVeto, InterruptedException {
    Map<OsString, OsString> environment = context.environment();
    if (point != point(value(environment, BEFORE))) {
      return;
    }
    List<Target> targets = targets(value(environment, TARGETS));
    if (!targets.isEmpty()) {
      await(targets, timeout(value(environment, TIMEOUT)), context);
    }
  }

  private static String value(Map<OsString, OsString> environment, String name) throws StageVeto {
    OsString value = environment.getOrDefault(OsString.of(name), OsString.EMPTY);
    return value
        .text()
        .orElseThrow(() -> new StageVeto(name + ": expected text, got \"" + value + "\"", USAGE));
  }

  static Point point(String before) throws StageVeto {
    return switch (before) {
      case "", "init" -> Point.BEFORE_CONT_INIT;
      case "services" -> Point.BEFORE_SERVICES;
      case "cmd" -> Point.BEFORE_CMD;
      default ->
          throw new StageVeto(
              BEFORE + ": expected init, services or cmd, got \"" + before + "\"", USAGE);
    };
  }

  static List<Target> targets(String words) throws StageVeto {
    List<Target> targets = new ArrayList<>();
    for (String word : words.strip().split("\\s+")) {
      if (!word.isEmpty()) {
        try {
          targets.add(Target.parse(word));
        } catch (IllegalArgumentException e) {
          throw new StageVeto(TARGETS + ": " + e.getMessage(), USAGE);
        }
      }
    }
    return targets;
  }

  static long timeout(String value) throws StageVeto {
    try {
      long ms = value.isEmpty() ? TIMEOUT_DEFAULT_MS : Long.parseLong(value);
      if (ms >= 0) {
        return ms == 0 ? FOR_EVER_MS : Math.min(ms, FOR_EVER_MS);
      }
    } catch (NumberFormatException e) {
      // As a negative one.
    }
    throw new StageVeto(
        TIMEOUT + ": expected a number of milliseconds, got \"" + value + "\"", USAGE);
  }

  private static void await(List<Target> targets, long timeoutMs, StageContext context)
      throws StageVeto, InterruptedException {
    // The last attempts may begin just before the end.
    context.mayTake(Duration.ofMillis(timeoutMs + targets.size() * 2L * Target.ATTEMPT_MS + 5000));
    long from = System.nanoTime();
    long nextProgress = 0;
    Map<Target, String> missing = new LinkedHashMap<>();
    for (Target target : targets) {
      missing.put(target, "");
    }
    for (; ; ) {
      for (Target target : List.copyOf(missing.keySet())) {
        String reason = target.look();
        if (reason.isEmpty()) {
          missing.remove(target);
        } else {
          missing.put(target, reason);
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (missing.isEmpty()) {
        context.progress("all there");
        return;
      }
      long passedMs = (System.nanoTime() - from) / 1_000_000;
      if (passedMs >= timeoutMs) {
        throw new StageVeto(
            "not there after " + timeoutMs + " ms (" + TIMEOUT + "): " + shown(missing), TIMED_OUT);
      }
      if (passedMs >= nextProgress) {
        context.progress("waiting for " + shown(missing));
        nextProgress = passedMs + PROGRESS_MS;
      }
      Thread.sleep(Math.min(PAUSE_MS, timeoutMs - passedMs));
    }
  }

  private static String shown(Map<Target, String> missing) {
    StringBuilder all = new StringBuilder();
    missing.forEach(
        (target, reason) ->
            all.append(all.isEmpty() ? "" : ", ")
                .append(target)
                .append(" (")
                .append(reason)
                .append(')'));
    return all.toString();
  }
}
