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

/**
 * {@code s6-setuidgid account prog...}: runs a program as an account with its supplementary groups,
 * or as {@code uid:gid} in numbers. For a named account, UID, GID and GIDLIST are not in the
 * program's environment.
 */
final class S6Setuidgid implements Command {
  private static final String USAGE = "s6-setuidgid username prog...";
  private static final int UNKNOWN = 1;

  @Override
  public String name() {
    return "s6-setuidgid";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = Options.parse(call.arguments(), "", USAGE).end();
    if (call.arguments().size() < first + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes account = call.arguments().get(first);
    Environment environment = call.environment();
    if (account.isEmpty()) {
      return call.exec(first + 1, environment);
    }
    if (!account.contains(':')) {
      environment = environment.without("UID").without("GID").without("GIDLIST");
    }
    return call.exec(first + 1, environment).after(identity(call, account).before(call.posix()));
  }

  private static Identity identity(Invocation call, Bytes account) throws CommandException {
    int colon = account.indexOf(':');
    if (colon >= 0) {
      long uid = Accounts.id(account.slice(0, colon));
      long gid = Accounts.id(account.from(colon + 1));
      if (uid == Accounts.NONE || gid == Accounts.NONE) {
        throw CommandException.usage(USAGE);
      }
      return new Identity(uid, gid, List.of());
    }
    try {
      Accounts accounts = Accounts.read(call.posix());
      Accounts.User user = accounts.user(account);
      if (user == null) {
        throw CommandException.fatal(UNKNOWN, "unknown user: " + account);
      }
      return new Identity(
          Integer.toUnsignedLong(user.uid()),
          Integer.toUnsignedLong(user.gid()),
          accounts.supplementaryGroups(account));
    } catch (PosixException e) {
      throw CommandException.unable("read accounts", e);
    }
  }
}
