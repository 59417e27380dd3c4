package s6j.commands.identity;

import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Ioctl;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;

/**
 * {@code s6-setsid}: runs a program in a session (-s) or process group (-b) of its own, which may
 * be put into the foreground of a terminal (-f; -g even from the background).
 */
final class S6Setsid implements Command {
  private static final String USAGE =
      "s6-setsid [ -s | -b | -f | -g ] [ -i | -I | -q ] [ -d ctty ] prog...";

  @Override
  public String name() {
    return "s6-setsid";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "sbfgiIqd:", USAGE);
    char what = last(options, "sbfg", 's');
    char strictness = last(options, "iIq", 'I');
    long terminal = options.number('d', 0, USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    if (what == 's') {
      single(call, strictness, Syscall.SETSID, "setsid");
    } else {
      single(call, strictness, Syscall.SETPGID, "setpgid");
    }
    if (what == 'f') {
      check(call, strictness, "tcsetpgrp", foreground(call, (int) terminal));
    } else if (what == 'g') {
      check(call, strictness, "tcsetpgrp", foregroundFromBackground(call, (int) terminal));
    }
    return call.exec(options.end(), call.environment());
  }

  private static char last(Options options, String letters, char otherwise) {
    char last = otherwise;
    for (Options.Option option : options.list()) {
      last = letters.indexOf(option.letter()) >= 0 ? option.letter() : last;
    }
    return last;
  }

  private static void single(Invocation call, char strictness, Syscall syscall, String what)
      throws CommandException {
    CallList calls = new CallList();
    calls.attempt(syscall, number(0), number(0));
    check(call, strictness, what, error(call.posix().attempt(calls), 0));
  }

  private static Errno error(Results results, int index) {
    return results.failed(index) ? results.errno(index) : null;
  }

  private static void check(Invocation call, char strictness, String what, Errno error)
      throws CommandException {
    if (error == null || strictness == 'q') {
      return;
    }
    if (strictness == 'i') {
      throw CommandException.unable(what, new PosixException(error, 0));
    }
    call.warn("unable to " + what + ": " + error.text());
  }

  private static Errno foreground(Invocation call, int terminal) throws CommandException {
    CallList calls = new CallList();
    appendForeground(calls, call, terminal);
    return error(call.posix().attempt(calls), 0);
  }

  private static void appendForeground(CallList calls, Invocation call, int terminal) {
    byte[] group =
        ByteBuffer.allocate(4)
            .order(ByteOrder.nativeOrder())
            .putInt(call.posix().info().pid())
            .array();
    calls.attempt(
        Syscall.IOCTL,
        number(terminal),
        number(Ioctl.setForeground(call.posix().info().arch())),
        CallList.bytes(group));
  }

  /** SIGTTOU, which would stop a process of the background, is blocked meanwhile. */
  private static Errno foregroundFromBackground(Invocation call, int terminal)
      throws CommandException {
    CallList blocking = new CallList();
    SignalSet.of(Signal.TTOU).appendBlock(blocking);
    byte[] before = call.posix().attempt(blocking).buffer(0);
    CallList calls = new CallList();
    appendForeground(calls, call, terminal);
    SignalSet.appendRestore(calls, before);
    return error(call.posix().attempt(calls), 0);
  }
}
