package s6j.commands.identity;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class IdentityCommands {
  private IdentityCommands() {}

  public static List<Command> all() {
    return List.of(new S6Setuidgid(), new S6Envuidgid(), new S6Applyuidgid(), new S6Setsid());
  }
}
