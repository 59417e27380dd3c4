package s6j.commands.control;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class ControlCommands {
  private ControlCommands() {}

  public static List<Command> all() {
    return List.of(new S6Svscanctl(), new WithRetries());
  }
}
