package s6j.commands.ipc;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code s6-ipcclient}: connects to a Unix socket and runs a program that reads from it on
 * descriptor 6 and writes to it on 7.
 */
final class S6Ipcclient implements Command {
  private static final String USAGE =
      "s6-ipcclient [ -q | -Q | -v ] [ -p bindpath ] [ -l localname ] path prog...";
  private static final int READ_FD = 6;
  private static final int WRITE_FD = 7;
  private static final int F_DUPFD_CLOEXEC = 1030;

  @Override
  public String name() {
    return "s6-ipcclient";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "qQvp:l:", USAGE);
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes path = call.arguments().get(options.end());
    Bytes bound = options.argument('p');
    int fd = connect(call.posix(), path, bound);
    if (options.has('v')) {
      call.say("info", "connected to " + path);
    }
    Bytes local = options.has('l') ? options.argument('l') : bound;
    Environment environment =
        call.environment()
            .with("PROTO", "IPC")
            .with("IPCLOCALPATH", local == null ? Bytes.EMPTY : local);
    place(call.posix(), fd);
    return call.exec(options.end() + 1, environment);
  }

  private static int connect(Posix posix, Bytes path, Bytes bound) throws CommandException {
    CallList calls = new CallList();
    try {
      int fd = UnixSocket.open(calls, UnixSocket.STREAM);
      int bind = -1;
      if (bound != null) {
        byte[] own = UnixSocket.address(bound);
        bind = calls.attempt(Syscall.BIND, resultOf(fd), bytes(own), number(own.length));
      }
      byte[] address = UnixSocket.address(path);
      int connect =
          calls.attempt(Syscall.CONNECT, resultOf(fd), bytes(address), number(address.length));
      Results results = posix.call(calls);
      if (bind >= 0 && results.failed(bind)) {
        throw CommandException.unable(
            "bind socket to " + bound, new PosixException(results.errno(bind), bind));
      }
      if (results.failed(connect)) {
        throw new PosixException(results.errno(connect), connect);
      }
      return results.fd(fd);
    } catch (PosixException e) {
      throw CommandException.unable("connect to " + path, e);
    }
  }

  /** Moved out of the way first: it may be 6 or 7 itself. */
  private static void place(Posix posix, int fd) throws CommandException {
    CallList calls = new CallList();
    int moved = calls.add(Syscall.FCNTL, number(fd), number(F_DUPFD_CLOEXEC), number(WRITE_FD + 1));
    calls.add(Syscall.CLOSE, number(fd));
    calls.add(Syscall.DUP3, resultOf(moved), number(READ_FD), number(0));
    calls.add(Syscall.DUP3, resultOf(moved), number(WRITE_FD), number(0));
    calls.add(Syscall.CLOSE, resultOf(moved));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("set up fds", e);
    }
  }
}
