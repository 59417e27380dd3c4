package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class SupervisionCommands {
  private SupervisionCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(
        new S6Supervise(),
        new S6Svc(),
        new S6Svlisten(),
        new S6Svlisten1(),
        new S6Svok(),
        new S6Svperms(),
        new S6Svscan(),
        new S6Svstat(),
        new S6Svwait());
  }
}
