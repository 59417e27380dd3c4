package s6j.execline.language;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * Positional parameters and option variables live in the environment, in frames: pushing renames
 * {@code X} to {@code X:1} and {@code X:n} to {@code X:n+1}, popping is the reverse and drops what
 * has no number.
 */
public final class Frames {
  private static final Bytes EQUALS = Bytes.of("=");

  private Frames() {}

  /** {@code #} and what begins with a digit. */
  public static boolean isPositional(Bytes name) {
    int c = name.at(0);
    return c == '#' || c >= '0' && c <= '9';
  }

  /** The results of {@code elgetopt}. */
  public static boolean isOption(Bytes name) {
    return name.startsWith("ELGETOPT_");
  }

  public static Environment push(Environment environment, Predicate<Bytes> ours) {
    return rename(environment, ours, 1);
  }

  public static Environment pop(Environment environment, Predicate<Bytes> ours) {
    return rename(environment, ours, -1);
  }

  private static Environment rename(Environment environment, Predicate<Bytes> ours, int by) {
    List<Bytes> kept = new ArrayList<>();
    List<Bytes> renamed = new ArrayList<>();
    for (Iterator<Bytes> names = environment.names(); names.hasNext(); ) {
      Bytes name = names.next();
      Bytes rest = EQUALS.plus(environment.get(name));
      if (!ours.test(name)) {
        kept.add(name.plus(rest));
        continue;
      }
      Bytes other = numbered(name, by);
      if (other != null) {
        renamed.add(other.plus(rest));
      }
    }
    renamed.addAll(kept);
    return Environment.ofEntries(renamed);
  }

  /** The name with its frame number changed; null when it drops out. */
  private static Bytes numbered(Bytes name, int by) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      return by > 0 ? name.plus(":1") : null;
    }
    long number = Numbers.leading(name.from(colon + 1)) + by;
    Bytes base = name.slice(0, colon);
    return number <= 0 ? base : base.plus(":" + number);
  }

  /** The environment without what a test matches. */
  public static Environment without(Environment environment, Predicate<Bytes> dropped) {
    List<Bytes> kept = new ArrayList<>();
    for (Iterator<Bytes> names = environment.names(); names.hasNext(); ) {
      Bytes name = names.next();
      if (!dropped.test(name)) {
        kept.add(name.plus(EQUALS).plus(environment.get(name)));
      }
    }
    return Environment.ofEntries(kept);
  }

  /**
   * The positional parameters, without {@code 0}.
   *
   * @return null when {@code #} is not a number or a parameter is missing
   */
  public static List<Bytes> parameters(Environment environment) {
    Bytes count = environment.get("#");
    long n = count == null ? -1 : Options.unsigned(count);
    if (n < 0) {
      return null;
    }
    List<Bytes> parameters = new ArrayList<>();
    for (long i = 1; i <= n; i++) {
      Bytes value = environment.get(Long.toString(i));
      if (value == null) {
        return null;
      }
      parameters.add(value);
    }
    return parameters;
  }

  /** The environment with these as {@code #} and {@code 1} to n, those beyond n removed. */
  public static Environment withParameters(
      Environment environment, List<Bytes> parameters, int countBefore) {
    int n = parameters.size();
    Environment cleared =
        countBefore <= n
            ? environment
            : without(environment, name -> isBetween(name, n + 1, countBefore));
    List<Bytes> entries = new ArrayList<>(n + 1);
    entries.add(Bytes.of("#=" + n));
    for (int i = 0; i < n; i++) {
      entries.add(Bytes.of((i + 1) + "=").plus(parameters.get(i)));
    }
    return cleared.withAll(Environment.ofEntries(entries));
  }

  private static boolean isBetween(Bytes name, int low, int high) {
    long number = Options.unsigned(name);
    return number >= low && number <= high;
  }
}
