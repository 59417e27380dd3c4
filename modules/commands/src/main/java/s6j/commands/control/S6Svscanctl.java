package s6j.commands.control;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
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
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * {@code s6-svscanctl}: writes its option letters, in order, to the control FIFO of a scan
 * directory.
 *
 * <p>The letters of s6 2.7 that stop the machine in different ways (0 6 7 8) all stop a container,
 * and those that only choose the way (p r s) do nothing.
 */
final class S6Svscanctl implements Command {
  private static final String USAGE = "s6-svscanctl [ -zabhitqnN ] svscandir";
  private static final String LETTERS = "zabhitqnN";

  @Override
  public String name() {
    return "s6-svscanctl";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), LETTERS + "prs0678", USAGE);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    StringBuilder letters = new StringBuilder();
    for (Options.Option option : options.list()) {
      if (LETTERS.indexOf(option.letter()) >= 0) {
        letters.append(option.letter());
      } else if (option.letter() <= '9') {
        letters.append('t');
      }
    }
    send(call, call.arguments().get(options.end()), Bytes.of(letters.toString()));
    return Next.exit(0);
  }

  private static void send(Invocation call, Bytes directory, Bytes letters)
      throws CommandException {
    Bytes control = directory.slash(".s6-svscan");
    CallList calls = new CallList();
    int open =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(control.slash("control")),
            number(OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    int write =
        calls.attempt(
            Syscall.WRITE,
            resultOf(open),
            CallList.bytes(letters.toArray()),
            number(letters.length()));
    calls.attempt(Syscall.CLOSE, resultOf(open));
    int there = calls.attemptStat(control);
    int scandir = calls.attemptStat(directory);
    Results results = call.posix().attempt(calls);
    if (results.failed(open)) {
      throw cannotOpen(directory, results, open, there, scandir);
    }
    if (!letters.isEmpty() && results.failed(write)) {
      throw unable(directory, results.errno(write));
    }
  }

  /** Why nobody was reached: no such directory, no svscan, or a broken control directory. */
  private static CommandException cannotOpen(
      Bytes directory, Results results, int open, int there, int scandir) {
    Errno reason = results.errno(open);
    if (results.failed(scandir)) {
      return unable(directory, results.errno(scandir));
    }
    if (!Stat.of(results.buffer(scandir)).isDirectory()) {
      return unable(directory, Errno.ENOTDIR);
    }
    boolean nobodyReads = reason.equals(Errno.ENXIO);
    boolean neverStarted = results.failed(there) && results.errno(there).equals(Errno.ENOENT);
    if (nobodyReads || neverStarted) {
      return CommandException.fatal(
          CommandException.USAGE, "unable to control " + directory + ": supervisor not listening");
    }
    if (reason.equals(Errno.ENOENT) || reason.equals(Errno.ENOTDIR)) {
      return CommandException.fatal(
          CommandException.USAGE,
          "something is wrong with the "
              + directory.slash(".s6-svscan")
              + " directory. errno reported: "
              + reason.text());
    }
    return unable(directory, reason);
  }

  private static CommandException unable(Bytes directory, Errno reason) {
    return CommandException.unable("control " + directory, new PosixException(reason, 0));
  }
}
