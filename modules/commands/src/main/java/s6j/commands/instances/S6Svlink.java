package s6j.commands.instances;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Stat;

/**
 * {@code s6-svlink}: links a service directory into a scan directory, and waits for its supervisor.
 */
final class S6Svlink implements Command {
  private static final String USAGE =
      "s6-svlink [ -d | -D ] [ -f ] [ -P ] [ -t timeout ] scandir servicedir [ name ]";
  private static final int EXECUTABLE = 0111;

  @Override
  public String name() {
    return "s6-svlink";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), LinkOptions.LETTERS, USAGE);
    LinkOptions link = LinkOptions.of(options, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes scandir = Names.notEmpty(call.arguments().get(at), "scandir");
    Bytes service = Names.notEmpty(call.arguments().get(at + 1), "servicedir");
    boolean named = call.arguments().size() > at + 2;
    Bytes name = Names.checked(named ? call.arguments().get(at + 2) : lastPart(service), "name");
    checkScanned(call, scandir);
    checkRunnable(call, service);
    warnOfSupervisors(call, service);
    String what = "link servicedir " + service + " into scandir " + scandir + " with name " + name;
    try {
      ServiceLink making = new ServiceLink(call.posix(), scandir, name);
      if (!making.make(making.realPath(service), service, link)) {
        throw timedOut(what);
      }
    } catch (PosixException e) {
      throw CommandException.unable(what, e);
    }
    return Next.exit(0);
  }

  static CommandException timedOut(String what) {
    return CommandException.fatal(
        CommandException.TIMEOUT, "unable to " + what + ": Connection timed out");
  }

  private static void warnOfSupervisors(Invocation call, Bytes service) throws CommandException {
    try {
      for (Bytes directory : List.of(service, service.slash("log"))) {
        if (ScanControl.isSupervised(call.posix(), directory)) {
          call.warn("supervisor already running on " + directory);
        }
      }
    } catch (PosixException e) {
      throw CommandException.unable("check supervision status of " + service, e);
    }
  }

  private static Bytes lastPart(Bytes path) {
    int end = path.length();
    while (end > 0 && path.at(end - 1) == '/') {
      end--;
    }
    return path.slice(0, end).baseName();
  }

  /** Somebody scans the directory. */
  static void checkScanned(Invocation call, Bytes scandir) throws CommandException {
    try {
      if (!ScanControl.isScanned(call.posix(), scandir)) {
        throw CommandException.fatal(CommandException.USAGE, "s6-svscan not running on " + scandir);
      }
    } catch (PosixException e) {
      throw CommandException.unable("open " + ScanControl.fifo(scandir), e);
    }
  }

  private static void checkRunnable(Invocation call, Bytes service) throws CommandException {
    Bytes run = service.slash("run");
    try {
      Stat stat = call.files().stat(run);
      if (stat == null) {
        throw new PosixException(Errno.ENOENT, 0);
      }
      if ((stat.mode() & EXECUTABLE) == 0) {
        throw CommandException.fatal(CommandException.USAGE, run + " is not executable");
      }
    } catch (PosixException e) {
      throw CommandException.unable("stat " + run, e);
    }
  }
}
