package s6j.commands.ipc;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.access.AccessRules;
import s6j.commands.access.Rule;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.PosixException;

/**
 * {@code s6-ipcserver-access}: runs a program if the rules allow it for the client that stdin is
 * connected to.
 */
final class S6IpcserverAccess implements Command {
  private static final String USAGE =
      "s6-ipcserver-access [ -v verbosity ] [ -e | -E ] [ -l localname ] [ -i rulesdir | -x"
          + " rulesfile ] prog...";
  private static final int DENIED = 1;

  @Override
  public String name() {
    return "s6-ipcserver-access";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "v:eEl:i:x:", USAGE);
    long verbosity = 1;
    boolean keep = true;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'v' -> verbosity = ServerChain.number(option.argument(), USAGE);
        case 'e', 'E' -> keep = option.letter() == 'e';
        default -> {
          // A name, which is looked at where it is needed.
        }
      }
    }
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Bytes proto = variable(call, Bytes.of("PROTO"));
    int uid = id(call, proto.plus("REMOTEEUID"));
    int gid = id(call, proto.plus("REMOTEEGID"));
    Rule rule = check(call, options, verbosity, uid, gid);
    Environment environment = rule.applyTo(call.environment());
    if (keep) {
      environment = environment.with(proto.plus("LOCALPATH"), localPath(call, options));
    } else {
      environment = stripped(environment, proto);
    }
    if (!rule.exec().isEmpty()) {
      return call.exec(List.of(Bytes.of("execlineb"), Bytes.of("-Pc"), rule.exec()), environment);
    }
    return call.exec(options.end(), environment);
  }

  private static Rule check(Invocation call, Options options, long verbosity, int uid, int gid)
      throws CommandException {
    String who =
        " pid "
            + call.posix().info().pid()
            + " uid "
            + Integer.toUnsignedString(uid)
            + " gid "
            + Integer.toUnsignedString(gid);
    AccessRules rules = rules(call, options);
    if (rules == null && verbosity >= 2) {
      call.warn("invoked without a ruleset!");
    }
    Rule rule = rules == null ? new Rule(true, List.of(), Bytes.EMPTY) : rules.find(uid, gid);
    if (rule == null || !rule.allowed()) {
      if (verbosity >= 2) {
        call.say("info", "deny" + who + ": " + AccessRules.reason(rule));
      }
      throw CommandException.silent(DENIED);
    }
    if (verbosity >= 1) {
      call.say("info", "allow" + who);
    }
    return rule;
  }

  /** The last of -i and -x counts. */
  private static AccessRules rules(Invocation call, Options options) throws CommandException {
    Options.Option last = null;
    for (Options.Option option : options.list()) {
      last = option.letter() == 'i' || option.letter() == 'x' ? option : last;
    }
    if (last == null) {
      return null;
    }
    return last.letter() == 'i'
        ? AccessRules.inDirectory(call.posix(), last.argument())
        : AccessRules.inCdb(call.posix(), last.argument());
  }

  private static Bytes localPath(Invocation call, Options options) throws CommandException {
    if (options.has('l')) {
      return options.argument('l');
    }
    try {
      return UnixSocket.bound(call.posix(), 0);
    } catch (PosixException e) {
      throw CommandException.unable("ipc_local", e);
    }
  }

  private static Environment stripped(Environment environment, Bytes proto) {
    Environment stripped = environment.without("PROTO");
    for (String name :
        new String[] {"REMOTEEUID", "REMOTEEGID", "REMOTEPATH", "CONNNUM", "LOCALPATH"}) {
      stripped = stripped.without(proto.plus(name));
    }
    return stripped;
  }

  private static int id(Invocation call, Bytes name) throws CommandException {
    long id = Options.unsigned(variable(call, name));
    if (id < 0) {
      throw CommandException.fatal(CommandException.USAGE, "invalid $" + name);
    }
    return (int) id;
  }

  private static Bytes variable(Invocation call, Bytes name) throws CommandException {
    Bytes value = call.environment().get(name);
    if (value == null) {
      throw CommandException.fatal(CommandException.USAGE, name + " not set");
    }
    return value;
  }
}
