package s6j.commands.fdholder;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class FdholderCommands {
  private FdholderCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6FdholderDaemon(),
        new S6FdholderDelete(),
        new S6FdholderGetdump(),
        new S6FdholderList(),
        new S6FdholderRetrieve(),
        new S6FdholderSetdump(),
        new S6FdholderStore(),
        new S6FdholderTransferdump(),
        new S6Fdholderd());
  }
}
