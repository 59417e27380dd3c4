package s6j.logging.commands;

import static s6j.posix.CallList.string;
import static s6j.posix.CallList.vector;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Environment;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;
import s6j.posix.Syscall;

/**
 * The runtimes of loggers that have plugins: one for each user, started by the first logger that
 * needs it, with the rights of that user. So what a plugin does, it does neither as root nor to the
 * supervision.
 */
public final class LoggerRuntimes {
  /** Tells the shim in which directory it finds the runtime, or starts it. */
  public static final String VARIABLE = "S6J_LOGGERS";

  private static final Bytes SELF = Bytes.of("/proc/self/exe");

  private LoggerRuntimes() {}

  /** The process goes on as the same command, served by the runtime of its user's loggers. */
  static void become(Invocation call, Bytes runtimes) throws CommandException {
    Bytes directory = runtimes.slash(Integer.toString(euid(call.posix())));
    Environment environment = call.environment().with(Bytes.of(VARIABLE), directory);
    List<Bytes> words = new ArrayList<>();
    words.add(Bytes.of(call.name()));
    words.addAll(call.arguments());
    CallList calls = new CallList();
    calls.add(Syscall.EXECVE, string(program(call)), vector(words), vector(environment.entries()));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("exec " + call.name() + " in the runtime of loggers", e);
    }
    throw new DisconnectedException("has become another program");
  }

  /** By its name where that can be found, since that is what others see of the process. */
  private static Bytes program(Invocation call) {
    try {
      Bytes path = call.environment().get("PATH");
      return ProgramSearch.find(call.posix(), Bytes.of(call.name()), path).path();
    } catch (PosixException e) {
      return SELF;
    }
  }

  /** Whoever the process is by now: an earlier command of the chain may have changed it. */
  static int euid(Posix posix) {
    CallList calls = new CallList();
    calls.attempt(Syscall.GETEUID);
    return (int) posix.attempt(calls).value(0);
  }
}
