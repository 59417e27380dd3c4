package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.plugin.TimedCall;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Syscall;
import s6j.spi.CommandCall;
import s6j.spi.CommandProvider;
import s6j.spi.CommandResult;
import s6j.spi.OsString;

/**
 * A command of a plugin. Without lambdas, and switches over types: the first call would wait for
 * them.
 */
final class PluginCommand implements Command {
  /** One run of it. */
  private record Running(CommandProvider provider, CommandCall context)
      implements Callable<CommandResult> {
    @Override
    public CommandResult call() throws Exception {
      return provider.run(context);
    }
  }

  /** Linux has no longer ones, in bytes. */
  private static final int NAME_MAX = 255;

  private final String name;
  private final CommandProvider provider;
  private final HostedPlugin plugin;

  PluginCommand(String name, CommandProvider provider, HostedPlugin plugin) {
    this.name = Objects.requireNonNull(name, "the name of its command is null");
    this.provider = provider;
    this.plugin = plugin;
  }

  /** Makes a link to the shim for each, in a directory that is made. */
  static void makeLinks(Container container, Bytes directory, List<Command> commands) {
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(0755));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(directory), number(0755));
    for (Command command : commands) {
      calls.attempt(
          Syscall.SYMLINKAT,
          string(Programs.SHIM),
          number(CallList.AT_FDCWD),
          string(directory.slash(command.name())));
    }
    container.attempt(calls);
  }

  @Override
  public String name() {
    return name;
  }

  /** Whether there can be a link of its name. */
  boolean canBeNamed() {
    boolean special = name.isEmpty() || name.equals(".") || name.equals("..");
    return !special
        && name.indexOf('/') < 0
        && name.indexOf(0) < 0
        && Bytes.of(name).length() <= NAME_MAX;
  }

  @Override
  public Next run(Invocation invocation) throws CommandException {
    if (plugin.isOff()) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "plugin " + plugin.file() + " is left out");
    }
    TimedCall<CommandResult> call =
        new TimedCall<>(
            "command " + name,
            plugin.plugin().loader(),
            new Running(provider, new PluginCommandCall(invocation, plugin.view())));
    try {
      return next(invocation, call.run(Duration.ZERO));
    } catch (TimedCall.Exited e) {
      throw CommandException.fatal(CommandException.SYSTEM, e.getMessage());
    } catch (Throwable e) {
      throw CommandException.fatal(CommandException.SYSTEM, call.reason(e));
    }
  }

  private static Next next(Invocation invocation, CommandResult result) {
    Objects.requireNonNull(result, "its result is null");
    return result instanceof CommandResult.Exec exec
        ? exec(invocation, exec)
        : Next.exit(((CommandResult.Exit) result).code());
  }

  private static Next exec(Invocation invocation, CommandResult.Exec exec) {
    List<Bytes> words = new ArrayList<>();
    for (OsString word : exec.words()) {
      words.add(Bytes.of(word.bytes()));
    }
    Environment environment = Environment.EMPTY;
    for (Map.Entry<OsString, OsString> one : exec.environment().entrySet()) {
      environment =
          environment.with(Bytes.of(one.getKey().bytes()), Bytes.of(one.getValue().bytes()));
    }
    return invocation.exec(words, environment);
  }
}
