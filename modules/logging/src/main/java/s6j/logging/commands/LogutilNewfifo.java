package s6j.logging.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * {@code logutil-newfifo [-m mode] [-o owner] path}: makes a fifo for a logger to read, in place of
 * whatever file is there. The original then gives it to s6-fdholderd to keep it open, which is not
 * running unless the user has seen to it, and fails. This one makes the fifo and is done; its
 * reader is the logger ({@code logutil-service -f path}), which has to be up while something
 * writes.
 */
final class LogutilNewfifo implements Command {
  private static final String USAGE = "logutil-newfifo [ -m mode ] [ -o owner ] path";
  private static final int MODE_MAX = 07777;

  @Override
  public String name() {
    return "logutil-newfifo";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "m:o:", USAGE);
    if (options.end() == call.arguments().size()) {
      throw CommandException.usage(USAGE);
    }
    Bytes path = call.arguments().get(options.end());
    int mode = options.has('m') ? mode(options.argument('m')) : 0600;
    int[] owner = owner(call, options.argument('o'));
    List<String> what = new ArrayList<>();
    CallList calls = new CallList();
    calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(0));
    what.add("remove ");
    // Nobody but us may open it before it has its owner and mode.
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(Stat.FIFO | 0600),
        number(0));
    what.add("make fifo ");
    if (owner != null) {
      calls.add(
          Syscall.FCHOWNAT,
          number(CallList.AT_FDCWD),
          string(path),
          number(owner[0]),
          number(owner[1]),
          number(0));
      what.add("change the owner of ");
    }
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(mode));
    what.add("change the mode of ");
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable(what.get(Math.max(0, e.index())) + path, reason(call, path, e));
    }
    return Next.exit(0);
  }

  /** A directory in the way is not removed; that is why the fifo cannot be made. */
  private static PosixException reason(Invocation call, Bytes path, PosixException e) {
    try {
      Stat stat = call.files().lstat(path);
      return e.is(Errno.EEXIST) && stat != null && stat.isDirectory()
          ? new PosixException(Errno.EISDIR, e.index())
          : e;
    } catch (PosixException unknown) {
      return e;
    }
  }

  private static int mode(Bytes word) throws CommandException {
    int mode = 0;
    for (int i = 0; i < word.length(); i++) {
      int digit = word.at(i) - '0';
      mode = mode * 8 + digit;
      if (digit < 0 || digit > 7 || mode > MODE_MAX) {
        throw CommandException.fatal(
            CommandException.USAGE, "invalid mode: " + word + ": expected an octal number");
      }
    }
    if (word.isEmpty()) {
      throw CommandException.usage(USAGE);
    }
    return mode;
  }

  /** User and group, or null to leave them as they are: the default for who is not root. */
  private static int[] owner(Invocation call, Bytes word) throws CommandException {
    if (word == null) {
      return call.posix().info().isRoot() ? new int[] {0, 0} : null;
    }
    int colon = word.indexOf(':');
    if (colon >= 0) {
      long uid = Options.unsigned(word.slice(0, colon));
      long gid = Options.unsigned(word.from(colon + 1));
      if (uid >= 0 && gid >= 0) {
        return new int[] {(int) uid, (int) gid};
      }
    }
    try {
      Accounts.User user = Accounts.read(call.posix()).user(word);
      if (user != null) {
        return new int[] {user.uid(), user.gid()};
      }
    } catch (PosixException e) {
      throw CommandException.unable("read the accounts", e);
    }
    throw CommandException.fatal(1, "unknown user: " + word);
  }
}
