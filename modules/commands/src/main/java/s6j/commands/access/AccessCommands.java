package s6j.commands.access;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class AccessCommands {
  private AccessCommands() {}

  public static List<Command> all() {
    return List.of(new S6AccessrulesCdbFromFs(), new S6AccessrulesFsFromCdb());
  }
}
