package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-svperms}: says, or changes, who may read the status of services, control them and
 * listen to their events.
 */
final class S6Svperms implements Command {
  private static final String USAGE =
      "s6-svperms [ -v ] [ -u | -g group | -G group | -o | -O group ] [ -e | -E group ]"
          + " servicedir...";

  @Override
  public String name() {
    return "s6-svperms";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "vug:G:oO:eE:", USAGE);
    List<Bytes> services = call.arguments().subList(options.end(), call.arguments().size());
    if (services.isEmpty()) {
      throw CommandException.usage(USAGE);
    }
    Accounts accounts;
    try {
      accounts = Accounts.read(call.posix());
    } catch (PosixException e) {
      throw CommandException.unable("read the account files", e);
    }
    Rights rights = new Rights(call, accounts);
    Access access = null;
    Access events = null;
    boolean prints = true;
    boolean verbose = false;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'v' -> verbose = true;
        case 'e', 'E' -> events = access(option, accounts);
        default -> access = access(option, accounts);
      }
      prints &= option.letter() == 'v';
    }
    int code = 0;
    for (Bytes service : services) {
      if (access != null) {
        rights.setAccess(service, access.letter(), access.group());
      }
      if (events != null) {
        rights.setEvents(service, events.group());
      }
    }
    for (Bytes service : prints || verbose ? services : List.<Bytes>of()) {
      code |= rights.print(service) ? 0 : 1;
    }
    return Next.exit(code);
  }

  /** An option, and the group that it names; -1 for none. */
  private record Access(char letter, long group) {}

  private static Access access(Options.Option option, Accounts accounts) throws CommandException {
    Bytes name = option.argument();
    if (name == null) {
      return new Access(option.letter(), -1);
    }
    boolean numeric = !name.isEmpty() && name.at(0) == ':';
    long group = numeric ? Accounts.id(name.from(1)) : accounts.group(name);
    if (group < 0) {
      throw CommandException.fatal(
          CommandException.USAGE, "unable to find entry for " + name + " in group database");
    }
    return new Access(option.letter(), group);
  }
}
