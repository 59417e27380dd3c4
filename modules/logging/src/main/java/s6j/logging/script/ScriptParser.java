package s6j.logging.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import s6j.expressions.regex.Ere;
import s6j.expressions.regex.EreException;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/** Reads the directives of s6-log, all of them, before anything is done. */
public final class ScriptParser {
  private static final long UNSIGNED_32 = 0xffffffffL;
  private static final long FILE_SIZE_MIN = 4096;
  private static final long FILE_SIZE_MAX = 268435455;
  private static final int RETRY_MAX = Integer.MAX_VALUE;

  private final boolean stampAlerts;
  private final Supplier<Map<String, LogBackend>> backends;
  private final List<Script.Step> steps = new ArrayList<>();
  private int actions;
  private int stepsOfActions;

  private long archives = 10;
  private long fileSize = 99999;
  private long totalSize;
  private long tolerance = 2000;
  private long retryMillis = 2000;
  private long rotateSeconds;
  private long alertSize = 200;
  private long statusSize = 1001;
  private Bytes prefix = Bytes.EMPTY;
  private Processor processor;
  private boolean tai64n;
  private boolean iso;
  private boolean pending;

  private ScriptParser(boolean stampAlerts, Supplier<Map<String, LogBackend>> backends) {
    this.stampAlerts = stampAlerts;
    this.backends = backends;
  }

  /** Reads a script, where there are no log backends. */
  static Script parse(List<Bytes> directives) throws ScriptException {
    return parse(directives, false, Map::of);
  }

  /**
   * Reads a script.
   *
   * @param stampAlerts whether every alert has a {@code t}: option {@code -e} of old
   * @param backends the log backends that there are, by name; asked for when the script names one
   */
  public static Script parse(
      List<Bytes> directives, boolean stampAlerts, Supplier<Map<String, LogBackend>> backends)
      throws ScriptException {
    ScriptParser parser = new ScriptParser(stampAlerts, backends);
    for (Bytes directive : directives) {
      parser.directive(directive);
    }
    return parser.script();
  }

  /** The name of the log backend that a directive selects; null when it is another directive. */
  public static String backendOf(Bytes directive) {
    return BackendDirective.is(directive) ? BackendDirective.name(directive) : null;
  }

  private Script script() throws ScriptException {
    if (actions == 0) {
      throw new ScriptException("no action directive specified");
    }
    return new Script(List.copyOf(steps.subList(0, stepsOfActions)), pending);
  }

  private void directive(Bytes word) throws ScriptException {
    int letter = word.isEmpty() ? 0 : word.at(0);
    switch (letter) {
      case '+' -> select(new Script.Select(pattern(word)));
      case '-' -> select(new Script.Deselect(pattern(word)));
      case 'f' -> {
        alone(word);
        select(new Script.SelectUnacted());
      }
      case 't' -> {
        alone(word);
        tai64n = true;
      }
      case 'T' -> {
        alone(word);
        iso = true;
      }
      case 'p' -> prefixOrBackend(word);
      case '!' -> processor = word.length() == 1 ? null : Processor.execline(word.from(1));
      case '?' -> processor = word.length() == 1 ? null : Processor.shell(word.from(1));
      case 'n', 's', 'S', 'l', 'r', 'R', 'E', '^' -> number(word);
      case '1' -> {
        alone(word);
        act(new Action.ToStdout(layout(tai64n)));
      }
      case '2', 'e' -> {
        alone(word);
        act(new Action.ToStderr(layout(tai64n || stampAlerts), alertSize));
      }
      case '=' -> {
        if (word.length() == 1) {
          throw syntaxError(word);
        }
        act(new Action.ToStatusFile(layout(tai64n), word.from(1), statusSize));
      }
      case '/', '.' -> act(directory(word));
      default -> throw unrecognized(word);
    }
  }

  /** What begins with {@code plugin:} is an action; it was a prefix before there were backends. */
  private void prefixOrBackend(Bytes word) throws ScriptException {
    if (BackendDirective.is(word)) {
      act(BackendDirective.parse(word, layout(tai64n), backends.get()));
    } else {
      prefix = word.length() == 1 ? Bytes.EMPTY : word.from(1).plus(" ");
    }
  }

  private void select(Script.Step step) {
    steps.add(step);
    pending = true;
  }

  private void number(Bytes word) throws ScriptException {
    switch (word.at(0)) {
      case 'n' -> archives = unsigned(word);
      case 's' -> fileSize = Math.clamp(unsigned(word), FILE_SIZE_MIN, FILE_SIZE_MAX);
      case 'S' -> totalSize = unsigned64(word);
      case 'l' -> {
        tolerance = unsigned(word);
        if (tolerance > fileSize / 2) {
          throw new ScriptException("directive " + word + " conflicts with previous s directive");
        }
      }
      case 'r' -> {
        retryMillis = unsigned(word);
        if (retryMillis > RETRY_MAX) {
          throw unrecognized(word);
        }
      }
      case 'R' -> rotateSeconds = unsigned(word);
      case 'E' -> alertSize = unsigned(word);
      default -> statusSize = unsigned(word);
    }
  }

  private Action directory(Bytes path) {
    return new Action.ToDirectory(
        layout(tai64n),
        path,
        archives,
        fileSize,
        tolerance,
        totalSize,
        retryMillis,
        rotateSeconds,
        processor);
  }

  private Layout layout(boolean withLabel) {
    return new Layout(withLabel, iso, prefix);
  }

  /** Stamps are for the next action only. */
  private void act(Action action) {
    steps.add(new Script.Act(actions++, action));
    stepsOfActions = steps.size();
    tai64n = false;
    iso = false;
    pending = false;
  }

  private static Ere pattern(Bytes word) throws ScriptException {
    if (word.length() == 1) {
      return null;
    }
    try {
      return Ere.compile(word.from(1));
    } catch (EreException e) {
      throw new ScriptException("unrecognized directive: " + word + ": " + e.getMessage());
    }
  }

  private static void alone(Bytes word) throws ScriptException {
    if (word.length() != 1) {
      throw syntaxError(word);
    }
  }

  private static long unsigned(Bytes word) throws ScriptException {
    long value = unsigned64(word);
    if (value < 0 || value > UNSIGNED_32) {
      throw unrecognized(word);
    }
    return value;
  }

  private static long unsigned64(Bytes word) throws ScriptException {
    String digits = word.from(1).latin1();
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        throw unrecognized(word);
      }
    }
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw unrecognized(word);
    }
  }

  private static ScriptException unrecognized(Bytes word) {
    return new ScriptException("unrecognized directive: " + word);
  }

  private static ScriptException syntaxError(Bytes word) {
    return new ScriptException("syntax error at directive: " + word);
  }
}
