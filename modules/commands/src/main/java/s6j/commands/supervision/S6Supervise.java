package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.Syscall;
import s6j.supervise.EventLoop;
import s6j.supervise.Machine;
import s6j.supervise.Supervisor;

/** {@code s6-supervise servicedir}: supervises one service directory, in the calling process. */
final class S6Supervise implements Command {
  @Override
  public String name() {
    return "s6-supervise";
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().size() != 1) {
      throw CommandException.usage("s6-supervise servicedir");
    }
    return new Run(call, call.arguments().getFirst()).run();
  }

  /** One supervisor. */
  private static final class Run implements EventLoop.Outside, Supervisor.Listener {
    private static final List<Signal> HEARD =
        List.of(Signal.TERM, Signal.HUP, Signal.QUIT, Signal.INT);

    private final Invocation call;
    private final Bytes name;
    private SupervisingProcess process;
    private Supervisor supervisor;

    Run(Invocation call, Bytes name) {
      this.call = call;
      this.name = name;
    }

    Next run() throws CommandException {
      enter(call, name);
      try {
        process = SupervisingProcess.of(call.posix(), HEARD);
      } catch (PosixException e) {
        throw CommandException.unable("prepare for signals", e);
      }
      EventLoop loop = new EventLoop(process, this);
      supervisor =
          new Supervisor(
              loop, new Supervisor.Place(name, Bytes.of("."), call.environment(), 0, -1, -1), this);
      try {
        supervisor.begin();
      } catch (PosixException e) {
        boolean busy = e.is(Errno.EAGAIN);
        call.complain(
            "s6-supervise "
                + name
                + ": fatal: "
                + (busy
                    ? "another instance of s6-supervise is already running"
                    : "unable to make supervise/ and event/: " + e.getMessage()));
        throw CommandException.silent(busy ? CommandException.USAGE : CommandException.SYSTEM);
      }
      loop.run();
      return Next.exit(0);
    }

    @Override
    public void signal(int number) {
      switch (Signal.byNumber(number)) {
        case TERM -> {
          supervisor.control("xd");
        }
        case HUP -> supervisor.control("x");
        case INT -> {
          if (supervisor.machine().state() instanceof Machine.Up up) {
            CallList calls = new CallList();
            calls.attempt(Syscall.KILL, number(-up.pid()), number(number));
            process.attempt(calls);
          }
          process.stop();
        }
        default -> process.stop();
      }
    }

    @Override
    public void changed(Supervisor one) {}

    @Override
    public void left(Supervisor one) {
      process.stop();
    }

    @Override
    public void processesEnded() {}

    @Override
    public void gone() {}
  }

  /** Makes a directory that of the process. */
  static void enter(Invocation call, Bytes directory) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.CHDIR, string(directory));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("chdir to " + directory, e);
    }
  }
}
