package s6j.commands.supervision;

import static s6j.posix.CallList.number;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Script;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.supervise.EventLoop;
import s6j.supervise.ScanDirectory;

/** One run of {@code s6-svscan}, from the first scan to the script {@code finish}. */
final class ScanRun implements EventLoop.Outside, ScanDirectory.Owner {
  private static final int F_GETFD = 1;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final Bytes OWN = Bytes.of(".s6-svscan");
  private static final List<Signal> HEARD =
      List.of(
          Signal.HUP,
          Signal.INT,
          Signal.QUIT,
          Signal.ABRT,
          Signal.USR1,
          Signal.USR2,
          Signal.ALRM,
          Signal.TERM,
          Signal.WINCH,
          Signal.PWR);

  private final Invocation call;
  private final S6Svscan.Wish wish;
  private SupervisingProcess process;
  private EventLoop loop;
  private ScanDirectory tree;
  private boolean terminating;

  ScanRun(Invocation call, S6Svscan.Wish wish) {
    this.call = call;
    this.wish = wish;
  }

  Next run() throws CommandException {
    take(wish.notification(), "notification fd");
    take(wish.console(), "console holder");
    S6Supervise.enter(call, wish.directory());
    open();
    announce();
    tree.scan();
    rescanLater();
    loop.run();
    process.restore();
    return finish();
  }

  /** A descriptor that was named must be there; no service gets it. */
  private void take(int fd, String what) throws CommandException {
    if (fd < 0) {
      return;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, number(fd), number(F_GETFD));
    calls.attempt(Syscall.FCNTL, number(fd), number(F_SETFD), number(FD_CLOEXEC));
    Results results = call.posix().attempt(calls);
    if (results.failed(0)) {
      throw CommandException.fatal(
          CommandException.USAGE, "invalid " + what + ": " + results.errno(0).text());
    }
  }

  private void open() throws CommandException {
    try {
      process = SupervisingProcess.of(call.posix(), HEARD);
    } catch (PosixException e) {
      throw CommandException.unable("prepare for signals", e);
    }
    process.raiseOpenFiles();
    loop = new EventLoop(process, this);
    ScanDirectory.Limits limits = new ScanDirectory.Limits(wish.servicesMax(), wish.nameMax(), 0);
    tree = new ScanDirectory(loop, Bytes.of("."), call.environment(), this, limits);
    try {
      tree.open();
    } catch (PosixException e) {
      if (e.is(Errno.EAGAIN)) {
        throw CommandException.fatal(
            CommandException.USAGE,
            "another instance of s6-svscan is already running on the same directory");
      }
      throw CommandException.unable("open .s6-svscan in " + wish.directory(), e);
    }
  }

  /** Tells whoever waits for it that services can be controlled from now on. */
  private void announce() {
    if (wish.notification() >= 0) {
      CallList calls = new CallList();
      calls.attempt(
          Syscall.WRITE, number(wish.notification()), CallList.bytes(new byte[] {'\n'}), number(1));
      calls.attempt(Syscall.CLOSE, number(wish.notification()));
      process.attempt(calls);
    }
  }

  private void rescanLater() {
    if (wish.rescanMs() > 0) {
      loop.after(
          wish.rescanMs(),
          () -> {
            tree.scan();
            rescanLater();
          });
    }
  }

  @Override
  public void stopRequested(char how) {
    if (how == 'b') {
      process.stop();
    } else {
      terminate(how == 'q');
    }
  }

  private void terminate(boolean loggersToo) {
    tree.terminate(loggersToo);
    if (!terminating) {
      terminating = true;
      restoreConsole();
      tree.whenAllGone(process::stop);
    }
  }

  /** From now on nobody may read any more what was said until now. */
  private void restoreConsole() {
    if (wish.console() >= 0) {
      CallList calls = new CallList();
      calls.attempt(Syscall.DUP3, number(wish.console()), number(2), number(0));
      calls.attempt(Syscall.DUP3, number(wish.console()), number(1), number(0));
      calls.attempt(Syscall.CLOSE, number(wish.console()));
      process.attempt(calls);
    }
  }

  @Override
  public void warn(String message) {
    call.warn(message);
  }

  @Override
  public void signal(int number) {
    Signal signal = Signal.byNumber(number);
    if (diverted(signal)) {
      return;
    }
    switch (signal) {
      case HUP -> tree.rescan(true);
      case ALRM -> tree.rescan(false);
      case INT, TERM -> terminate(false);
      case QUIT -> terminate(true);
      case ABRT -> process.stop();
      default -> {
        // The others mean something only when there is a script for them.
      }
    }
  }

  /** A script {@code .s6-svscan/SIGNAME} replaces what the signal does. */
  private boolean diverted(Signal signal) {
    if (signal == Signal.ALRM || signal == Signal.ABRT) {
      return false;
    }
    Bytes script = OWN.slash("SIG" + signal.name());
    try {
      if (!new Files(process).executable(script)) {
        return false;
      }
      Script.start(
          process,
          SpawnPlan.of(script, List.of(script), call.environment()),
          script,
          plan -> loop.spawn(plan, Tag.of("signal"), status -> {}));
      return true;
    } catch (PosixException e) {
      call.warn("unable to spawn " + script + Script.reason(process, script, e));
      return false;
    }
  }

  @Override
  public void processesEnded() {
    tree.checkWaiting();
  }

  @Override
  public void gone() {}

  /** Becomes the script finish, if there is one; when it cannot be executed, crash. */
  private Next finish() throws CommandException {
    Bytes script = OWN.slash("finish");
    Next.Exec finish = exec(script);
    try {
      if (new Files(call.posix()).lstat(script) == null) {
        return Next.exit(0);
      }
      call.chain().becomeForeign(call.posix(), finish);
      return finish;
    } catch (PosixException e) {
      call.warn("unable to exec finish script " + script + Script.reason(call.posix(), script, e));
    }
    return crash(OWN.slash("crash"));
  }

  private Next crash(Bytes script) throws CommandException {
    call.warn("executing into " + script);
    Next.Exec crash = exec(script);
    try {
      call.chain().becomeForeign(call.posix(), crash);
      return crash;
    } catch (PosixException e) {
      throw CommandException.unable("exec " + script, e);
    }
  }

  private Next.Exec exec(Bytes script) {
    return new Next.Exec(
        List.of(script), call.environment(), call.environment().get("PATH"), null, call.name());
  }
}
