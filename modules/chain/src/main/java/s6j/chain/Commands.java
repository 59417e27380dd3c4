package s6j.chain;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The commands that there are, by name. Immutable once built. */
public final class Commands {
  private final Map<String, Command> byName;

  private Commands(Map<String, Command> byName) {
    this.byName = byName;
  }

  /**
   * The registry of these commands.
   *
   * @throws IllegalArgumentException when two have the same name
   */
  public static Commands of(Iterable<Command> commands) {
    Map<String, Command> byName = new HashMap<>();
    for (Command command : commands) {
      if (byName.put(command.name(), command) != null) {
        throw new IllegalArgumentException("two commands are named " + command.name());
      }
    }
    return new Commands(byName);
  }

  /** The command with this name, or null. */
  public Command find(String name) {
    return byName.get(name);
  }

  public Collection<String> names() {
    return byName.keySet();
  }
}
