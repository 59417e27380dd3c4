package s6j.execline.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Numbers;
import s6j.execline.process.Descriptors;
import s6j.execline.process.Fcntl;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code redirfd -r | -w | -u | -a | -x [-n] [-b] fd file prog}: opens a file as a descriptor. With
 * {@code -n} the opening does not wait, not even for a reader of a FIFO; {@code -b} then makes the
 * descriptor block, and without {@code -n} makes it not. {@code -f} takes the name of a variable
 * instead of a number: the descriptor is the lowest that is free.
 */
final class RedirFd extends ExeclineCommand {
  RedirFd() {
    super("redirfd", "-[ r | w | u | a | x ] [ -n ] [ -b ] [ -f ] fd file program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "rwuaxnbf");
    int flags = flags(options);
    int first = options.end();
    argument(call, first + 2);
    Bytes target = argument(call, first);
    Bytes path = argument(call, first + 1);
    int to = -1;
    if (options.has('f')) {
      checkVariable(target);
    } else {
      to = descriptor(call, target);
    }
    boolean nonBlocking = options.has('n');
    int opened = open(call, path, nonBlocking ? flags | OpenFlags.NONBLOCK : flags, to);
    if (options.has('b')) {
      CallList calls = new CallList();
      int mode = flags & OpenFlags.APPEND | (nonBlocking ? 0 : OpenFlags.NONBLOCK);
      calls.add(Syscall.FCNTL, number(opened), number(Fcntl.SETFL), number(mode));
      Descriptors.demand(call.posix(), calls, "change blocking mode");
    }
    Environment environment =
        options.has('f')
            ? call.environment().with(target, Numbers.word(opened))
            : call.environment();
    return call.exec(first + 2, environment);
  }

  private int flags(Options options) throws CommandException {
    int flags = -1;
    for (Options.Option option : options.list()) {
      flags =
          switch (option.letter()) {
            case 'r' -> OpenFlags.RDONLY;
            case 'w' -> OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC;
            case 'u' -> OpenFlags.RDWR;
            case 'a' -> OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.APPEND;
            case 'x' -> OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.EXCL;
            default -> flags;
          };
    }
    if (flags < 0) {
      throw usage();
    }
    return flags;
  }

  private static int open(Invocation call, Bytes path, int flags, int to) throws CommandException {
    try {
      return open(call, path, flags, to, false);
    } catch (PosixException e) {
      boolean readerless =
          e.is(Errno.ENXIO) && (flags & OpenFlags.NONBLOCK) != 0 && (flags & OpenFlags.WRONLY) != 0;
      if (!readerless) {
        throw CommandException.unable("open " + path, e);
      }
    }
    try {
      return open(call, path, flags, to, true);
    } catch (PosixException e) {
      throw CommandException.unable("open " + path, e);
    }
  }

  /**
   * Opens a file as descriptor {@code to}, or as any when that is -1.
   *
   * @param withReader whether to be a FIFO's reader for as long as it takes to open it
   */
  private static int open(Invocation call, Bytes path, int flags, int to, boolean withReader)
      throws PosixException {
    CallList calls = new CallList();
    int reader = -1;
    if (withReader) {
      reader = appendOpen(calls, path, OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC);
    }
    int opened = appendOpen(calls, path, to < 0 ? flags : flags | OpenFlags.CLOEXEC);
    if (to >= 0) {
      // Above the target first: what was opened may be the target, and must not stay open beside.
      int moved =
          calls.add(
              Syscall.FCNTL,
              resultOf(opened),
              number(Fcntl.DUPFD_CLOEXEC),
              number(Math.max(3, to + 1)));
      calls.add(Syscall.CLOSE, resultOf(opened));
      calls.add(Syscall.DUP3, resultOf(moved), number(to), number(0));
      calls.add(Syscall.CLOSE, resultOf(moved));
    }
    if (withReader) {
      calls.add(Syscall.CLOSE, resultOf(reader));
    }
    Results results = call.posix().call(calls);
    return to < 0 ? results.fd(opened) : to;
  }

  private static int appendOpen(CallList calls, Bytes path, int flags) {
    return calls.add(
        Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(0666));
  }
}
