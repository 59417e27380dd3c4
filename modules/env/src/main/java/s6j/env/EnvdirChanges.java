package s6j.env;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** What an envdir says: variables to set, and variables to unset. */
public final class EnvdirChanges {
  private final List<Bytes> entries = new ArrayList<>();
  private final List<Bytes> unset = new ArrayList<>();
  private long size;

  EnvdirChanges() {}

  void set(Bytes name, Bytes value) {
    Bytes entry = name.plus("=").plus(value);
    size += entry.length();
    entries.add(entry);
  }

  /** How much is to be set, in bytes. */
  long size() {
    return size;
  }

  void unset(Bytes name) {
    unset.add(name);
  }

  /** {@code to} with these changes made. */
  public Environment applyTo(Environment to) {
    Environment changed = to;
    for (Bytes name : unset) {
      changed = changed.without(name);
    }
    return entries.isEmpty() ? changed : changed.withAll(Environment.ofEntries(entries));
  }
}
