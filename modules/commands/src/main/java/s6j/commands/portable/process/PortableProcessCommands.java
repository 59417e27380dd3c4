package s6j.commands.portable.process;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class PortableProcessCommands {
  private PortableProcessCommands() {}

  public static List<Command> all() {
    return List.of(
        new FixedExit("s6-true", 0),
        new FixedExit("s6-false", 1),
        new S6Clock(),
        new S6Env(),
        new S6Maximumtime(),
        new S6Nice(),
        new S6Nuke(),
        new S6Pause(),
        new S6Printenv(),
        new S6Sleep(),
        new S6Sync(),
        new Seekablepipe());
  }
}
