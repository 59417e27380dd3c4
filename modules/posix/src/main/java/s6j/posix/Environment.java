package s6j.posix;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process's environment: an immutable map from name to value, in order. An entry without {@code
 * =} is no variable and is kept as it stands; of two entries with the same name the first counts,
 * as for getenv.
 */
public final class Environment {
  public static final Environment EMPTY = new Environment(new LinkedHashMap<>(), List.of());

  private final Map<Bytes, Bytes> variables;
  private final List<Bytes> oddEntries;

  private Environment(Map<Bytes, Bytes> variables, List<Bytes> oddEntries) {
    this.variables = variables;
    this.oddEntries = oddEntries;
  }

  /** The environment with these {@code name=value} entries. */
  public static Environment ofEntries(List<Bytes> entries) {
    Map<Bytes, Bytes> variables = new LinkedHashMap<>(entries.size() * 2);
    List<Bytes> odd = new ArrayList<>();
    for (Bytes entry : entries) {
      int equals = entry.indexOf('=');
      if (equals <= 0) {
        odd.add(entry);
      } else {
        variables.putIfAbsent(entry.slice(0, equals), entry.from(equals + 1));
      }
    }
    return new Environment(variables, odd);
  }

  /** The value of a variable, or null when it is not set; set to nothing is the empty value. */
  public Bytes get(Bytes name) {
    return variables.get(name);
  }

  /** The value of a variable, or null when it is not set. */
  public Bytes get(String name) {
    return variables.get(Bytes.of(name));
  }

  public boolean has(String name) {
    return variables.containsKey(Bytes.of(name));
  }

  public Environment with(Bytes name, Bytes value) {
    Map<Bytes, Bytes> copy = new LinkedHashMap<>(variables);
    copy.put(name, value);
    return new Environment(copy, oddEntries);
  }

  public Environment with(String name, Bytes value) {
    return with(Bytes.of(name), value);
  }

  public Environment with(String name, String value) {
    return with(Bytes.of(name), Bytes.of(value));
  }

  /** This with all of {@code other}, whose values win. */
  public Environment withAll(Environment other) {
    Map<Bytes, Bytes> copy = new LinkedHashMap<>(variables);
    copy.putAll(other.variables);
    return new Environment(copy, oddEntries);
  }

  public Environment without(Bytes name) {
    if (!variables.containsKey(name)) {
      return this;
    }
    Map<Bytes, Bytes> copy = new LinkedHashMap<>(variables);
    copy.remove(name);
    return new Environment(copy, oddEntries);
  }

  public Environment without(String name) {
    return without(Bytes.of(name));
  }

  /** The names, in order. */
  public Iterator<Bytes> names() {
    return variables.keySet().iterator();
  }

  public int size() {
    return variables.size();
  }

  /** The entries as execve takes them. */
  public List<Bytes> entries() {
    List<Bytes> entries = new ArrayList<>(variables.size() + oddEntries.size());
    Bytes equals = Bytes.of("=");
    for (Map.Entry<Bytes, Bytes> variable : variables.entrySet()) {
      entries.add(variable.getKey().plus(equals).plus(variable.getValue()));
    }
    entries.addAll(oddEntries);
    return entries;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Environment that
        && variables.equals(that.variables)
        && oddEntries.equals(that.oddEntries);
  }

  @Override
  public int hashCode() {
    return variables.hashCode();
  }
}
