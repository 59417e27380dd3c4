package s6j.commands.sudo;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class SudoCommands {
  private SudoCommands() {}

  public static List<Command> all() {
    return List.of(new S6Sudo(), new S6Sudoc(), new S6Sudod());
  }
}
