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
import s6j.posix.PosixException;

/** {@code s6-envuidgid}: puts an account's ids into UID, GID and GIDLIST, and runs a program. */
final class S6Envuidgid implements Command {
  private static final String USAGE =
      "s6-envuidgid [ -i | -D defaultuid:defaultgid:defaultgidlist ] [ -u | -g | -B ] [ -n ] account"
          + " prog...";
  private static final int UNKNOWN = 1;

  /** What an account names. */
  private enum Kind {
    /** A user, with its group and supplementary groups. */
    ACCOUNT,
    /** A user. */
    USER,
    /** A group. */
    GROUP,
    /** {@code user:group}. */
    BOTH
  }

  /** What stands in for an account that is not known: the ids after -D. */
  private record Default(long uid, long gid, List<Integer> groups) {}

  /** How the account is to be understood. */
  private record Lookup(Kind kind, boolean numeric, Default otherwise, Accounts accounts) {}

  @Override
  public String name() {
    return "s6-envuidgid";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "ugBniD:", USAGE);
    Default otherwise = null;
    for (Options.Option option : options.list()) {
      if (option.letter() == 'D' || option.letter() == 'i') {
        otherwise = option.letter() == 'i' ? null : defaults(option.argument());
      }
    }
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes account = call.arguments().get(options.end());
    try {
      Lookup lookup =
          new Lookup(kind(options), options.has('n'), otherwise, Accounts.read(call.posix()));
      return call.exec(options.end() + 1, environment(call.environment(), account, lookup));
    } catch (PosixException e) {
      throw CommandException.unable("read accounts", e);
    }
  }

  /** The last of -u, -g and -B counts; -n alone means -B. */
  private static Kind kind(Options options) {
    Kind kind = options.has('n') ? Kind.BOTH : Kind.ACCOUNT;
    for (Options.Option option : options.list()) {
      kind =
          switch (option.letter()) {
            case 'u' -> Kind.USER;
            case 'g' -> Kind.GROUP;
            case 'B' -> Kind.BOTH;
            default -> kind;
          };
    }
    return kind;
  }

  /** {@code uid:gid:gidlist}, each of which may be empty or missing. */
  private static Default defaults(Bytes word) throws CommandException {
    int first = word.indexOf(':');
    int second = first < 0 ? -1 : word.indexOf(':', first + 1);
    Bytes gidlist = second < 0 ? Bytes.EMPTY : word.from(second + 1);
    long uid = number(first < 0 ? word : word.slice(0, first));
    long gid =
        first < 0 ? 0 : number(second < 0 ? word.from(first + 1) : word.slice(first + 1, second));
    List<Integer> groups = GroupLists.parse(gidlist);
    if (groups == null) {
      throw CommandException.usage(USAGE);
    }
    return new Default(uid, gid, groups);
  }

  private static long number(Bytes word) throws CommandException {
    long id = word.isEmpty() ? 0 : Accounts.id(word);
    if (id == Accounts.NONE) {
      throw CommandException.usage(USAGE);
    }
    return id;
  }

  private static Environment environment(Environment environment, Bytes account, Lookup lookup)
      throws CommandException {
    return switch (lookup.kind()) {
      case ACCOUNT -> account(environment, account, lookup);
      case USER -> environment.with("UID", text(user(account, lookup)));
      case GROUP -> environment.with("GID", text(group(account, lookup)));
      case BOTH -> both(environment, account, lookup);
    };
  }

  private static Environment account(Environment environment, Bytes account, Lookup lookup)
      throws CommandException {
    Accounts.User user = lookup.accounts().user(account);
    Default ids = lookup.otherwise();
    if (user != null) {
      ids =
          new Default(
              Integer.toUnsignedLong(user.uid()),
              Integer.toUnsignedLong(user.gid()),
              lookup.accounts().supplementaryGroups(account));
    } else if (ids == null) {
      throw CommandException.fatal(UNKNOWN, "unknown user: " + account);
    }
    return environment
        .with("UID", text(ids.uid()))
        .with("GID", text(ids.gid()))
        .with("GIDLIST", GroupLists.format(ids.groups()));
  }

  /** A half that is empty or missing is that of the default, or 0. */
  private static Environment both(Environment environment, Bytes account, Lookup lookup)
      throws CommandException {
    Default otherwise = lookup.otherwise();
    int colon = account.indexOf(':');
    Bytes user = colon < 0 ? account : account.slice(0, colon);
    Bytes group = colon < 0 ? Bytes.EMPTY : account.from(colon + 1);
    long gid = !group.isEmpty() ? group(group, lookup) : otherwise == null ? 0 : otherwise.gid();
    long uid = !user.isEmpty() ? user(user, lookup) : otherwise == null ? 0 : otherwise.uid();
    return environment.with("UID", text(uid)).with("GID", text(gid));
  }

  private static long user(Bytes name, Lookup lookup) throws CommandException {
    Accounts.User user = lookup.accounts().user(name);
    long id = user != null ? Integer.toUnsignedLong(user.uid()) : numeric(name, lookup);
    if (id == Accounts.NONE && lookup.otherwise() == null) {
      throw CommandException.fatal(UNKNOWN, "unknown user: " + name);
    }
    return id == Accounts.NONE ? lookup.otherwise().uid() : id;
  }

  private static long group(Bytes name, Lookup lookup) throws CommandException {
    long id = lookup.accounts().group(name);
    id = id == Accounts.NONE ? numeric(name, lookup) : id;
    if (id == Accounts.NONE && lookup.otherwise() == null) {
      throw CommandException.fatal(UNKNOWN, "unknown group: " + name);
    }
    return id == Accounts.NONE ? lookup.otherwise().gid() : id;
  }

  private static long numeric(Bytes name, Lookup lookup) {
    return lookup.numeric() ? Accounts.id(name) : Accounts.NONE;
  }

  private static String text(long id) {
    return Long.toString(id);
  }
}
