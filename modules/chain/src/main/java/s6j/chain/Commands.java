package s6j.chain;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The commands that there are, by name. Immutable once built. */
public final class Commands {
  private final Map<String, Command> byName;
  private final Map<String, Command> byOtherName;

  private Commands(Map<String, Command> byName, Map<String, Command> byOtherName) {
    this.byName = byName;
    this.byOtherName = byOtherName;
  }

  /**
   * The registry of these commands.
   *
   * @throws IllegalArgumentException when two have the same canonical name
   */
  public static Commands of(Iterable<Command> commands) {
    Map<String, Command> byName = new HashMap<>();
    Map<String, Command> byOtherName = new HashMap<>();
    for (Command command : commands) {
      if (byName.put(command.name(), command) != null) {
        throw new IllegalArgumentException("two commands are named " + command.name());
      }
      for (String name : command.otherNames()) {
        byOtherName.put(name, command);
      }
    }
    return new Commands(byName, byOtherName);
  }

  /** The command with this name, canonical or other, or null. */
  public Command find(String name) {
    Command command = byName.get(name);
    return command == null ? byOtherName.get(name) : command;
  }

  /** The canonical names. */
  public Collection<String> names() {
    return byName.keySet();
  }
}
