package s6j.commands.notification;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class NotificationCommands {
  private NotificationCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(
        new S6Mkfifodir(),
        new S6Cleanfifodir(),
        new S6FtrigNotify(),
        new S6FtrigWait(),
        new S6FtrigListen1(),
        new S6FtrigListen(),
        new S6Notifyoncheck());
  }
}
