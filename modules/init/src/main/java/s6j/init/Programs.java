package s6j.init;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import s6j.chain.Chain;
import s6j.chain.Command;
import s6j.chain.Commands;
import s6j.commands.AllCommands;
import s6j.execline.ExeclineCommands;
import s6j.logging.commands.LoggingCommands;
import s6j.posix.Bytes;

/** All commands, put together when the first of them is called: booting does not pay for them. */
public final class Programs {
  static final Bytes SHIM = Bytes.of("/usr/lib/s6j/bin/shim");
  private static final Bytes HELP = Bytes.of("/usr/lib/s6j/share/help");

  private static Chain chain;
  private static Bytes loggerRuntimes;
  private static List<Command> ofPlugins = List.of();

  private Programs() {}

  /** From now on loggers with plugins are served by runtimes of their own, in this directory. */
  static synchronized void keepPluginsOut(Bytes directory) {
    loggerRuntimes = directory;
    chain = null;
  }

  static synchronized Chain chain() {
    if (chain == null) {
      chain = new Chain(all(), SHIM, HELP);
    }
    return chain;
  }

  /** Whether there is a command of this name already. */
  static synchronized boolean has(String name) {
    return all().find(name) != null;
  }

  /** These commands are there, too, from now on; none has the name of another. */
  static synchronized void add(List<Command> commands) {
    ofPlugins = List.copyOf(commands);
    chain = null;
  }

  private static Commands all() {
    return Commands.of(commands());
  }

  /** One object for each command. */
  static List<Command> commands() {
    List<Command> all = new ArrayList<>(AllCommands.list());
    all.addAll(ExeclineCommands.all());
    all.addAll(
        loggerRuntimes == null
            ? LoggingCommands.all(LogPlugins::backends)
            : LoggingCommands.ofInit(loggerRuntimes));
    all.addAll(ofPlugins);
    return all;
  }

  /** Prints the names, for the build that makes a link for each. */
  public static void main(String[] arguments) {
    for (String name : new TreeSet<>(all().names())) {
      System.out.println(name);
    }
  }
}
