package s6j.logging.commands;

import java.util.List;
import s6j.chain.Command;

/** Every command of this module. */
public final class LoggingCommands {
  private LoggingCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(
        new S6Log(),
        new S6Tai64n(),
        new S6Tai64nlocal(),
        new Ucspilogd(),
        new LogutilService(),
        new LogutilServiceMain(),
        new LogutilNewfifo());
  }
}
