package s6j.commands.environment;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class EnvironmentCommands {
  private EnvironmentCommands() {}

  public static List<Command> all() {
    return List.of(
        WithContenv.current(),
        WithContenv.legacy(),
        new Printcontenv(),
        new S6Envdir(),
        new JustcEnvdir(),
        new S6Dumpenv());
  }
}
