package s6j.execline;

import java.util.List;
import s6j.chain.Command;
import s6j.execline.commands.AllCommands;

/** The commands of execline, under all the names that scripts know them by. */
public final class ExeclineCommands {
  private ExeclineCommands() {}

  /** All commands; their names are distinct. */
  public static List<Command> all() {
    return AllCommands.create();
  }
}
