package s6j.commands.supervision;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.supervise.ScanDirectory;

/**
 * {@code s6-svscan [scandir]}: supervises every service directory in a scan directory, in the
 * calling process. The supervisors are not processes of their own: they are there as long as this
 * one.
 */
final class S6Svscan implements Command {
  private static final String USAGE =
      "s6-svscan [ -c services_max | -C services_max ] [ -L name_max ] [ -t rescan ] [ -d notif ]"
          + " [ -X consoleholder ] [ scandir ]";
  private static final int SERVICES_MAX = 1000;

  /** The highest number of services that can be asked for. */
  private static final int SERVICES_LIMIT = 90_000;

  /**
   * What was asked for.
   *
   * @param rescanMs how often to look for new services, 0 for only when told to
   * @param notification the descriptor to tell of readiness, or -1
   * @param console the descriptor that becomes stdout and stderr when the tree is stopped, or -1
   */
  record Wish(
      Bytes directory,
      int servicesMax,
      int nameMax,
      long rescanMs,
      int notification,
      int console) {}

  @Override
  public String name() {
    return "s6-svscan";
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    return new ScanRun(call, wish(call)).run();
  }

  private static Wish wish(Invocation call) throws CommandException {
    // s and S chose what signals do, before s6 2.10.
    Options options = Options.parse(call.arguments(), "c:C:L:t:d:X:sS", USAGE);
    List<Bytes> rest = call.arguments().subList(options.end(), call.arguments().size());
    long max = options.number('c', options.number('C', SERVICES_MAX, USAGE), USAGE);
    return new Wish(
        rest.isEmpty() ? Bytes.of(".") : rest.getFirst(),
        Math.clamp(max, 2, SERVICES_LIMIT),
        Math.clamp(options.number('L', ScanDirectory.NAME_MAX, USAGE), 1, ScanDirectory.NAME_MAX),
        options.number('t', 0, USAGE),
        descriptor(options, 'd', "notification fd"),
        descriptor(options, 'X', "console holder fd"));
  }

  private static int descriptor(Options options, char letter, String what) throws CommandException {
    if (options.argument(letter) == null) {
      return -1;
    }
    long fd = options.number(letter, -1, USAGE);
    if (fd < 3 || fd > Integer.MAX_VALUE) {
      throw CommandException.fatal(CommandException.USAGE, what + " must be 3 or more");
    }
    return (int) fd;
  }
}
