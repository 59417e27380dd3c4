package s6j.logging.commands;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.logging.LineSplitter;
import s6j.logging.LogOptions;
import s6j.logging.LogProcess;
import s6j.logging.backend.Backends;
import s6j.logging.output.OwnOutputs;
import s6j.logging.output.Warnings;
import s6j.logging.script.Script;
import s6j.logging.script.ScriptException;
import s6j.logging.script.ScriptParser;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Posix;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.spi.log.LogBackend;

/**
 * {@code s6-log}: writes the lines of its stdin where its script says. {@code -t} is the time to
 * wait for the rest of a line, as since s6 2.12; {@code -e} stamps alerts, as in s6 before 2.8.
 */
final class S6Log implements Command {
  private static final String USAGE =
      "s6-log [ -d notif ] [ -q | -v ] [ -b ] [ -p ] [ -e ] [ -l linelimit ]"
          + " [ -t lastlinetimeout ] [ -- ] logging_script";
  private static final int F_GETFD = 1;

  private final Backends backends;
  private final Bytes runtimes;
  private final RepeatedFailures failures = new RepeatedFailures();

  /**
   * With these backends.
   *
   * @param runtimes where the runtimes of loggers are that have plugins, or null when plugins run
   *     in this one
   */
  S6Log(Backends backends, Bytes runtimes) {
    this.backends = backends;
    this.runtimes = runtimes;
  }

  @Override
  public String name() {
    return "s6-log";
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "qvbpel:t:d:", USAGE);
    int notification = notification(call.posix(), options);
    List<Bytes> directives = call.arguments().subList(options.end(), call.arguments().size());
    if (directives.isEmpty()) {
      throw CommandException.usage(USAGE);
    }
    if (runtimes != null && Backends.needPlugins(directives)) {
      LoggerRuntimes.become(call, runtimes);
    }
    try {
      log(call, options, directives, notification);
    } catch (CommandException e) {
      throw failures.rarely(call.posix(), e);
    }
    return Next.exit(0);
  }

  private void log(Invocation call, Options options, List<Bytes> directives, int notification)
      throws CommandException {
    Warnings warnings = quiet(options) ? message -> {} : call::warn;
    Environment environment = call.environment().without(LoggerRuntimes.VARIABLE);
    OwnOutputs own = new OwnOutputs(call.posix(), environment, warnings);
    Script script =
        parse(
            directives,
            options.has('e'),
            () -> backends.of(LoggerRuntimes.euid(call.posix()), own, warnings::warn));
    if (script.unused()) {
      warnings.warn("ignoring extraneous non-action directives");
    }
    LogOptions logging =
        new LogOptions(
            script,
            options.has('b'),
            options.has('p'),
            number(options, 'l', LineSplitter.DEFAULT_LIMIT),
            number(options, 't', LogOptions.LAST_LINE_MILLIS),
            notification);
    LogProcess.run(call.posix(), environment, logging, own, warnings);
  }

  private static Script parse(
      List<Bytes> directives, boolean stampAlerts, Supplier<Map<String, LogBackend>> backends)
      throws CommandException {
    try {
      return ScriptParser.parse(directives, stampAlerts, backends);
    } catch (ScriptException e) {
      throw CommandException.fatal(CommandException.USAGE, e.getMessage());
    }
  }

  /** Of {@code -q} and {@code -v} the last counts. */
  private static boolean quiet(Options options) {
    boolean quiet = false;
    for (Options.Option option : options.list()) {
      quiet = option.letter() == 'q' || quiet && option.letter() != 'v';
    }
    return quiet;
  }

  private static long number(Options options, char letter, long otherwise) throws CommandException {
    Bytes word = options.argument(letter);
    long value = word == null ? otherwise : Options.unsigned(word);
    if (value < 0) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }

  private static int notification(Posix posix, Options options) throws CommandException {
    if (!options.has('d')) {
      return -1;
    }
    long fd = number(options, 'd', -1);
    if (fd < 3) {
      throw CommandException.fatal(CommandException.USAGE, "notification fd must be 3 or more");
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, CallList.number(fd), CallList.number(F_GETFD), CallList.nothing());
    Results results = posix.attempt(calls);
    if (results.failed(0) || fd > Integer.MAX_VALUE) {
      throw CommandException.fatal(
          CommandException.USAGE, "invalid notification fd: " + results.errno(0).text());
    }
    return (int) fd;
  }
}
