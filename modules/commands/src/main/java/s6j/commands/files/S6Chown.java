package s6j.commands.files;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** {@code s6-chown}: changes owner and group, in numbers, of one file; follows links. */
final class S6Chown implements Command {
  private static final String USAGE = "s6-chown [ -U ] [ -u uid ] [ -g gid ] file";
  private static final long SAME = -1;

  @Override
  public String name() {
    return "s6-chown";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "Uu:g:", USAGE);
    long uid = SAME;
    long gid = SAME;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'u' -> uid = id(option.argument());
        case 'g' -> gid = id(option.argument());
        default -> {
          uid = exported(call, "UID");
          gid = exported(call, "GID");
        }
      }
    }
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    Bytes file = call.arguments().get(options.end());
    CallList calls = new CallList();
    calls.add(
        Syscall.FCHOWNAT,
        number(CallList.AT_FDCWD),
        string(file),
        number(uid),
        number(gid),
        number(0));
    try {
      call.posix().call(calls);
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("chown " + file, e);
    }
  }

  private static long id(Bytes word) throws CommandException {
    long id = Accounts.id(word);
    if (id == Accounts.NONE) {
      throw CommandException.usage(USAGE);
    }
    return id;
  }

  private static long exported(Invocation call, String name) throws CommandException {
    Bytes value = call.environment().get(name);
    if (value == null) {
      throw CommandException.fatal(CommandException.USAGE, name + " not set");
    }
    long id = Accounts.id(value);
    if (id == Accounts.NONE) {
      throw CommandException.fatal(CommandException.USAGE, "invalid $" + name);
    }
    return id;
  }
}
