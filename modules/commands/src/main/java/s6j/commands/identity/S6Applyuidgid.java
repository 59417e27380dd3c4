package s6j.commands.identity;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * {@code s6-applyuidgid}: runs a program with other ids, given as options or, with -U, in UID, GID
 * and GIDLIST. An id of 0 stays as it is.
 */
final class S6Applyuidgid implements Command {
  private static final String USAGE =
      "s6-applyuidgid [ -z ] [ -u uid ] [ -g gid ] [ -G gidlist ] [ -U ] prog...";

  @Override
  public String name() {
    return "s6-applyuidgid";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "zu:g:G:U", USAGE);
    Identity identity = identity(call.environment(), options);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Environment environment = call.environment();
    if (options.has('z')) {
      environment = environment.without("UID").without("GID").without("GIDLIST");
    }
    return call.exec(options.end(), environment).after(identity.before(call.posix()));
  }

  private static Identity identity(Environment environment, Options options)
      throws CommandException {
    Identity identity = new Identity(0, 0, null);
    for (Options.Option option : options.list()) {
      identity =
          switch (option.letter()) {
            case 'u' -> new Identity(id(option.argument()), identity.gid(), identity.groups());
            case 'g' -> new Identity(identity.uid(), id(option.argument()), identity.groups());
            case 'G' -> new Identity(identity.uid(), identity.gid(), groups(option.argument()));
            case 'U' -> exported(environment);
            default -> identity;
          };
    }
    return identity;
  }

  private static long id(Bytes word) throws CommandException {
    long id = Accounts.id(word);
    if (id == Accounts.NONE) {
      throw CommandException.usage(USAGE);
    }
    return id;
  }

  private static List<Integer> groups(Bytes word) throws CommandException {
    List<Integer> groups = GroupLists.parse(word);
    if (groups == null) {
      throw CommandException.usage(USAGE);
    }
    return groups;
  }

  private static Identity exported(Environment environment) throws CommandException {
    long uid = exported(environment, "UID");
    long gid = exported(environment, "GID");
    List<Integer> groups = GroupLists.parse(variable(environment, "GIDLIST"));
    if (groups == null) {
      throw CommandException.fatal(CommandException.USAGE, "invalid $GIDLIST");
    }
    return new Identity(uid, gid, groups);
  }

  private static long exported(Environment environment, String name) throws CommandException {
    long id = Accounts.id(variable(environment, name));
    if (id == Accounts.NONE) {
      throw CommandException.fatal(CommandException.USAGE, "invalid $" + name);
    }
    return id;
  }

  private static Bytes variable(Environment environment, String name) throws CommandException {
    Bytes value = environment.get(name);
    if (value == null) {
      throw CommandException.fatal(CommandException.USAGE, name + " not set");
    }
    return value;
  }
}
