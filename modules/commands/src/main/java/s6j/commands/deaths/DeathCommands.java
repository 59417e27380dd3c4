package s6j.commands.deaths;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class DeathCommands {
  private DeathCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(new S6Svdt(), new S6SvdtClear(), new S6Permafailon());
  }
}
