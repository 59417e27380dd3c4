package s6j.execline.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** The commands about the working directory and the home of users. */
final class Directories {
  private static final int PATH_MAX = 65536;

  private Directories() {}

  static List<Command> commands() {
    return List.of(new Cd("cd"), new Cd("execline-cd"), new PosixCd(), new GetCwd(), new HomeOf());
  }

  /** {@code cd path prog}, also under the name {@code execline-cd}. */
  private static final class Cd extends ExeclineCommand {
    Cd(String name) {
      super(name, "path program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 1);
      change(call, argument(call, 0));
      return call.exec(1, call.environment());
    }
  }

  private static void change(Invocation call, Bytes path) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.CHDIR, string(path));
    Descriptors.demand(call.posix(), calls, "chdir to " + path);
  }

  /** Where the process is. */
  private static Bytes current(Invocation call) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.GETCWD, outUpToResult(PATH_MAX), number(PATH_MAX));
    byte[] path = Descriptors.demand(call.posix(), calls, "getcwd").buffer(0);
    return Bytes.of(path, 0, Math.max(0, path.length - 1));
  }

  /** {@code getcwd [-E | -e] variable prog}. */
  private static final class GetCwd extends ExeclineCommand {
    GetCwd() {
      super("getcwd", "[ -E | -e ] variable program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "Ee");
      argument(call, options.end() + 1);
      Bytes variable = argument(call, options.end());
      checkVariable(variable);
      List<Bytes> rest = call.arguments().subList(options.end() + 1, call.arguments().size());
      return CapturedText.goOn(call, options, variable, current(call), rest, call.environment());
    }
  }

  /** {@code homeof user}: prints the home directory that /etc/passwd has. */
  private static final class HomeOf extends ExeclineCommand {
    HomeOf() {
      super("homeof", "user");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Bytes user = argument(call, 0);
      try {
        for (Bytes line : call.files().readWhole(Bytes.of("/etc/passwd")).split('\n')) {
          List<Bytes> fields = line.split(':');
          if (fields.size() > 5 && fields.getFirst().equals(user)) {
            return call.printAndExit(fields.get(5).plus("\n"), 0);
          }
        }
      } catch (PosixException e) {
        throw CommandException.unable("read /etc/passwd", e);
      }
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to get passwd entry for " + user + ": no such user");
    }
  }

  /**
   * {@code posix-cd [-L | -P] [- | path] [prog]}: the cd of POSIX, with CDPATH, PWD and OLDPWD, and
   * logical ({@code -L}) or physical ({@code -P}) treatment of {@code ..}.
   */
  private static final class PosixCd extends ExeclineCommand {
    PosixCd() {
      super("posix-cd", "[ -L | -P ] [ - | path ] [ program... ]");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "LP");
      boolean physical = false;
      for (Options.Option option : options.list()) {
        physical = option.letter() == 'P';
      }
      List<Bytes> words = call.arguments().subList(options.end(), call.arguments().size());
      Bytes to = words.isEmpty() ? variable(call, "HOME") : words.getFirst();
      boolean back = to.is("-");
      if (back) {
        to = variable(call, "OLDPWD");
      }
      Bytes inPath = back || words.isEmpty() ? null : throughCdPath(call, to);
      boolean tell = back || inPath != null;
      Bytes old = before(call);
      Bytes now =
          physical
              ? physically(call, inPath == null ? to : inPath)
              : logically(call, old, inPath == null ? to : inPath);
      if (tell) {
        call.print(now.plus("\n"));
      }
      Environment environment = call.environment().with("OLDPWD", old).with("PWD", now);
      return words.size() < 2
          ? Next.exit(0)
          : call.exec(words.subList(1, words.size()), environment);
    }

    /** PWD, when it is true. */
    private static Bytes before(Invocation call) throws CommandException {
      Bytes told = call.environment().get("PWD");
      if (told != null && told.startsWith("/")) {
        try {
          List<Stat> stats = call.files().stats(List.of(told, Bytes.of(".")));
          Stat one = stats.getFirst();
          Stat here = stats.getLast();
          if (one != null
              && here != null
              && one.inode() == here.inode()
              && one.device() == here.device()) {
            return told;
          }
        } catch (PosixException e) {
          throw CommandException.unable("look at PWD", e);
        }
      }
      return current(call);
    }

    private static Bytes variable(Invocation call, String name) throws CommandException {
      Bytes value = call.environment().get(name);
      if (value == null) {
        throw CommandException.fatal(CommandException.USAGE, name + " not set");
      }
      return value;
    }

    /** The directory that CDPATH has for a relative path; null when it is not used. */
    private static Bytes throughCdPath(Invocation call, Bytes to) throws CommandException {
      Bytes search = call.environment().get("CDPATH");
      boolean explicit =
          to.startsWith("/")
              || to.is(".")
              || to.is("..")
              || to.startsWith("./")
              || to.startsWith("../");
      if (search == null || search.isEmpty() || explicit) {
        return null;
      }
      try {
        for (Bytes directory : search.split(':')) {
          Bytes candidate = directory.isEmpty() ? Bytes.of("./").plus(to) : directory.slash(to);
          Stat stat = call.files().stat(candidate);
          if (stat != null && stat.isDirectory()) {
            return directory.isEmpty() ? null : candidate;
          }
        }
      } catch (PosixException e) {
        throw CommandException.unable("look through CDPATH", e);
      }
      return null;
    }

    private static Bytes physically(Invocation call, Bytes to) throws CommandException {
      change(call, to);
      return current(call);
    }

    private static Bytes logically(Invocation call, Bytes old, Bytes to) throws CommandException {
      Bytes path = canonical(to.startsWith("/") ? to : old.slash(to));
      change(call, to.startsWith("/") ? path : old.startsWith("/") ? path : to);
      return path;
    }

    /** The path without {@code .}, {@code ..} and empty components. */
    private static Bytes canonical(Bytes path) {
      List<Bytes> kept = new ArrayList<>();
      for (Bytes component : path.split('/')) {
        if (component.is("..")) {
          if (!kept.isEmpty()) {
            kept.removeLast();
          }
        } else if (!component.isEmpty() && !component.is(".")) {
          kept.add(component);
        }
      }
      Bytes result = Bytes.EMPTY;
      for (Bytes component : kept) {
        result = result.plus("/").plus(component);
      }
      return result.isEmpty() ? Bytes.of("/") : result;
    }
  }
}
