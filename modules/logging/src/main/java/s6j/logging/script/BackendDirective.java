package s6j.logging.script;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/**
 * Reads {@code plugin:name?option=value&option=value}. In names and values {@code %XX} is the byte
 * with that hexadecimal number, any other character is itself; together they are UTF-8.
 */
final class BackendDirective {
  /** What it begins with. */
  private static final String START = "plugin:";

  /** The one option that is the logger's own, and the same for every backend. */
  private static final String BUFFER = "buffer";

  private static final long BUFFER_DEFAULT = 1 << 20;
  private static final long BUFFER_MIN = 4096;
  private static final long BUFFER_MAX = 64 << 20;

  private final String name;
  private final Bytes query;

  private BackendDirective(String name, Bytes query) {
    this.name = name;
    this.query = query;
  }

  /** Whether this is one. */
  static boolean is(Bytes word) {
    return word.startsWith(START);
  }

  /** The name of the backend that one selects. */
  static String name(Bytes word) {
    Bytes rest = word.from(START.length());
    return rest.slice(0, indexOf(rest, '?', 0)).toString();
  }

  /**
   * Reads one.
   *
   * @param backends those that there are, by name
   */
  static Action.ToBackend parse(Bytes word, Layout layout, Map<String, LogBackend> backends)
      throws ScriptException {
    Bytes rest = word.from(START.length());
    int question = indexOf(rest, '?', 0);
    Bytes query = question < rest.length() ? rest.from(question + 1) : Bytes.EMPTY;
    return new BackendDirective(name(word), query).read(layout, backends);
  }

  private Action.ToBackend read(Layout layout, Map<String, LogBackend> backends)
      throws ScriptException {
    LogBackend backend = backends.get(name);
    if (backend == null) {
      throw new ScriptException(
          "there is no log backend '" + name + "'; there are: " + listed(backends.keySet()));
    }
    Map<String, String> options = options();
    String buffer = options.remove(BUFFER);
    for (String option : options.keySet()) {
      if (!backend.options().contains(option)) {
        TreeSet<String> known = new TreeSet<>(backend.options());
        known.add(BUFFER);
        throw problem("unknown option '" + option + "'; there are: " + listed(known));
      }
    }
    return new Action.ToBackend(layout, backend, options, bufferSize(buffer));
  }

  private static String listed(Iterable<String> names) {
    TreeSet<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    return String.join(", ", sorted);
  }

  private Map<String, String> options() throws ScriptException {
    Map<String, String> options = new LinkedHashMap<>();
    for (int start = 0; start < query.length(); ) {
      int end = indexOf(query, '&', start);
      Bytes pair = query.slice(start, end);
      int equals = indexOf(pair, '=', 0);
      if (equals == 0 || equals == pair.length()) {
        throw problem("expected option=value, found '" + pair + "'");
      }
      String option = decoded(pair.slice(0, equals));
      if (options.put(option, decoded(pair.from(equals + 1))) != null) {
        throw problem("option '" + option + "' is there twice");
      }
      start = end + 1;
    }
    return options;
  }

  private long bufferSize(String text) throws ScriptException {
    if (text == null) {
      return BUFFER_DEFAULT;
    }
    try {
      long size = Long.parseLong(text);
      if (size >= BUFFER_MIN && size <= BUFFER_MAX) {
        return size;
      }
    } catch (NumberFormatException e) {
      // The message is the same.
    }
    throw problem(
        "option 'buffer': expected a number of bytes from "
            + BUFFER_MIN
            + " to "
            + BUFFER_MAX
            + ", found '"
            + text
            + "'");
  }

  private String decoded(Bytes text) throws ScriptException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.at(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.at(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw problem("expected two hexadecimal digits after % in '" + text + "'");
        }
        c = high << 4 | low;
        i += 2;
      }
      bytes.write(c);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int indexOf(Bytes bytes, int wanted, int from) {
    int at = from;
    while (at < bytes.length() && bytes.at(at) != wanted) {
      at++;
    }
    return at;
  }

  private ScriptException problem(String what) {
    return new ScriptException(START + name + ": " + what);
  }
}
