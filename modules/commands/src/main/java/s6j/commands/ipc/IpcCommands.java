package s6j.commands.ipc;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class IpcCommands {
  private IpcCommands() {}

  public static List<Command> all() {
    return List.of(
        new S6Connlimit(),
        new S6Ipcclient(),
        new S6Ipcserver(),
        new S6IpcserverAccess(),
        new S6IpcserverSocketbinder(),
        new S6Ipcserverd());
  }
}
