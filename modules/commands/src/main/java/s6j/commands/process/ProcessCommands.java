package s6j.commands.process;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class ProcessCommands {
  private ProcessCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6BackgroundWatch(),
        new S6Setlock(),
        new S6Softlimit(),
        new S6Ioconnect(),
        new S6Fghack());
  }
}
