package s6j.logging;

import java.util.List;
import s6j.chain.Command;

/** The commands of this module. */
public final class LoggingCommands {
  private LoggingCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(
        new S6Log(),
        new LogutilService("logutil-service"),
        new LogutilService("logutil-service-main"));
  }
}
