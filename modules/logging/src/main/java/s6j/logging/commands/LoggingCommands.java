package s6j.logging.commands;

import java.util.List;
import java.util.function.Supplier;
import s6j.chain.Command;
import s6j.logging.backend.Backends;
import s6j.spi.log.LogBackend;

/** Every command of this module. */
public final class LoggingCommands {
  private LoggingCommands() {}

  /** One object for each, with the log backends of this runtime's own modules. */
  public static List<Command> all() {
    return all(Backends.in(ModuleLayer::boot));
  }

  /**
   * One object for each.
   *
   * @param plugins the log backends that scripts can name besides {@code stdout}, {@code json} and
   *     {@code dir}; asked for when a script names one for the first time, and then for each user
   *     id that loggers run as
   */
  public static List<Command> all(Supplier<? extends Iterable<LogBackend>> plugins) {
    return all(new Backends(plugins));
  }

  private static List<Command> all(Backends backends) {
    return List.of(
        new S6Log(backends),
        new S6Tai64n(),
        new S6Tai64nlocal(),
        new Ucspilogd(),
        new LogutilService(),
        new LogutilServiceMain(),
        new LogutilNewfifo());
  }
}
