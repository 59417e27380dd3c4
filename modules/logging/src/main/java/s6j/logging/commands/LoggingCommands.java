package s6j.logging.commands;

import java.util.List;
import java.util.function.Supplier;
import s6j.chain.Command;
import s6j.logging.backend.Backends;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/** Every command of this module. */
public final class LoggingCommands {
  private LoggingCommands() {}

  /** One object for each, with the log backends of this runtime's own modules. */
  public static List<Command> all() {
    return all(Backends.in(ModuleLayer::boot), null);
  }

  /**
   * One object for each, for the runtime of init, where plugins of loggers do not run: a logger
   * whose script names one goes on in the runtime of its user's loggers.
   *
   * @param runtimes the directory in which each of these has a directory, by the number of its user
   */
  public static List<Command> ofInit(Bytes runtimes) {
    return all(new Backends(List::of), runtimes);
  }

  /**
   * One object for each.
   *
   * @param plugins the log backends that scripts can name besides {@code stdout}, {@code json} and
   *     {@code dir}; asked for when a script names one for the first time, and then for each user
   *     id that loggers run as
   */
  public static List<Command> all(Supplier<? extends Iterable<LogBackend>> plugins) {
    return all(new Backends(plugins), null);
  }

  private static List<Command> all(Backends backends, Bytes runtimes) {
    return List.of(
        new S6Log(backends, runtimes),
        new S6Tai64n(),
        new S6Tai64nlocal(),
        new Ucspilogd(),
        new LogutilService(),
        new LogutilServiceMain(),
        new LogutilNewfifo());
  }
}
