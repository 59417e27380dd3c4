package s6j.commands.notification;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code s6-notifyoncheck}: goes on as the program, which stays the supervised process, while a
 * child looks from outside whether the service is ready, and tells the supervisor.
 */
final class S6Notifyoncheck implements Command {
  private static final String USAGE =
      "s6-notifyoncheck [ -d ] [ -3 fd ] [ -s initialsleep ] [ -T globaltimeout ]"
          + " [ -t localtimeout ] [ -w waitingtime ] [ -n tries ] [ -c \"checkprog...\" ] prog...";
  private static final Bytes FILE = Bytes.of("./notification-fd");
  private static final int LIMIT = 64;
  private static final int F_GETFD = 1;

  @Override
  public String name() {
    return "s6-notifyoncheck";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "d3:s:T:t:w:n:c:", USAGE);
    CheckPlan plan = CheckPlan.of(call, options, USAGE);
    long given = options.number('3', -1, USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    checkSupervised(call);
    int fd = (int) (given >= 0 ? given : configured(call));
    checkOpen(call, fd);
    startCheck(call, plan, fd, options.has('d'));
    call.files().close(fd);
    return call.exec(options.end(), call.environment());
  }

  private static long configured(Invocation call) throws CommandException {
    Bytes content;
    try {
      content = call.files().read(FILE, LIMIT);
    } catch (PosixException e) {
      throw CommandException.unable("read " + FILE, e);
    }
    int end = content.indexOf('\n');
    Bytes line = end < 0 ? content : content.slice(0, end);
    long fd = Options.unsigned(line);
    if (fd < 0) {
      throw CommandException.fatal(
          CommandException.USAGE,
          "invalid " + FILE + ": \"" + line + "\"; expected the number of a descriptor");
    }
    return fd;
  }

  /** The current directory is that of a supervised service. */
  private static void checkSupervised(Invocation call) throws CommandException {
    CallList calls = new CallList();
    int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int control =
        calls.attempt(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string("supervise/control"), number(flags));
    calls.attempt(Syscall.CLOSE, CallList.resultOf(control));
    Results results = call.posix().attempt(calls);
    if (!results.failed(control)) {
      return;
    }
    Errno reason = results.errno(control);
    if (reason.equals(Errno.ENXIO) || reason.equals(Errno.ENOENT)) {
      throw CommandException.fatal(CommandException.USAGE, "s6-supervise not running.");
    }
    throw CommandException.unable(
        "sanity-check current service directory", new PosixException(reason, 0));
  }

  private static void checkOpen(Invocation call, int fd) throws CommandException {
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, number(fd), number(F_GETFD), number(0));
    Results results = call.posix().attempt(calls);
    if (results.failed(0)) {
      throw CommandException.fatal(
          CommandException.SYSTEM,
          "notification-fd sanity check failed: " + results.errno(0).text());
    }
  }

  private static void startCheck(Invocation call, CheckPlan plan, int fd, boolean twice)
      throws CommandException {
    Posix checker;
    try {
      checker = twice ? grandchild(call.posix()) : call.posix().fork();
    } catch (PosixException e) {
      throw CommandException.unable(twice ? "doublefork" : "fork", e);
    }
    Invocation child =
        new Invocation(
            checker, call.name() + " (child)", call.arguments(), call.environment(), call.chain());
    try {
      ReadinessCheck check = ReadinessCheck.by(child, plan, fd);
      Thread.ofVirtual().name("check-" + checker.info().pid()).start(check);
    } catch (PosixException e) {
      checker.exit(CommandException.SYSTEM);
      checker.close();
      throw CommandException.unable("subscribe to event fifodir", e);
    }
  }

  /** Its parent ends at once, so that the service has no child that it knows nothing of. */
  private static Posix grandchild(Posix posix) throws PosixException {
    Posix grandchild;
    try (Posix child = posix.fork()) {
      grandchild = child.fork();
      child.exit(0);
      posix.waitFor(child.info().pid());
    }
    return grandchild;
  }
}
