package s6j.commands.ipc;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.FileLock;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code s6-ipcserver-socketbinder}: binds a Unix socket, and runs a program that has it as stdin.
 * A socket that is there already is replaced, under a lock, unless -D says not to.
 */
final class S6IpcserverSocketbinder implements Command {
  private static final String USAGE =
      "s6-ipcserver-socketbinder [ -d | -D ] [ -b backlog ] [ -M | -m ] [ -a perms ] [ -B ] path"
          + " prog...";
  private static final int BACKLOG = 4096;
  private static final int PERMISSIONS = 0777;

  /** What is asked for. */
  private record Socket(Bytes path, boolean replace, int backlog, int type, int permissions) {}

  @Override
  public String name() {
    return "s6-ipcserver-socketbinder";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "dDb:Mma:B", USAGE);
    boolean replace = true;
    int kind = UnixSocket.STREAM;
    int backlog = BACKLOG;
    int permissions = PERMISSIONS;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'd', 'D' -> replace = option.letter() == 'd';
        case 'b' -> backlog = backlog(option.argument());
        case 'M' -> kind = UnixSocket.STREAM;
        case 'm' -> kind = UnixSocket.DATAGRAM;
        case 'a' -> permissions = permissions(option.argument());
        default -> {
          // -B, which is looked at below.
        }
      }
    }
    if (call.arguments().size() < options.end() + 2) {
      throw CommandException.usage(USAGE);
    }
    int type = options.has('B') ? kind : kind | OpenFlags.NONBLOCK;
    Bytes path = call.arguments().get(options.end());
    bind(call, new Socket(path, replace, backlog, type, permissions));
    return call.exec(options.end() + 1, call.environment());
  }

  private static int backlog(Bytes word) throws CommandException {
    long value = Options.unsigned(word);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw CommandException.usage(USAGE);
    }
    return (int) value;
  }

  private static int permissions(Bytes octal) throws CommandException {
    int value = 0;
    for (int i = 0; i < octal.length(); i++) {
      int digit = octal.at(i) - '0';
      if (digit < 0 || digit > 7 || value > 0777) {
        throw CommandException.usage(USAGE);
      }
      value = value * 8 + digit;
    }
    if (octal.isEmpty()) {
      throw CommandException.usage(USAGE);
    }
    return value & 0777;
  }

  private static void bind(Invocation call, Socket socket) throws CommandException {
    CallList calls = new CallList();
    int bound = -1;
    try {
      byte[] address = UnixSocket.address(socket.path());
      int opened = UnixSocket.open(calls, socket.type() | OpenFlags.CLOEXEC);
      int lock =
          socket.replace() ? appendLock(call.posix().info().arch(), calls, socket.path()) : -1;
      int mask = calls.add(Syscall.UMASK, number(~socket.permissions() & 0777));
      if (socket.replace()) {
        calls.attempt(
            Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(socket.path()), number(0));
      }
      bound = calls.add(Syscall.BIND, resultOf(opened), bytes(address), number(address.length));
      calls.add(Syscall.UMASK, resultOf(mask));
      if ((socket.type() & UnixSocket.DATAGRAM) == 0) {
        calls.add(Syscall.LISTEN, resultOf(opened), number(socket.backlog()));
      }
      calls.add(Syscall.DUP3, resultOf(opened), number(0), number(0));
      calls.add(Syscall.CLOSE, resultOf(opened));
      if (lock >= 0) {
        calls.add(Syscall.CLOSE, resultOf(lock));
      }
      call.posix().call(calls);
    } catch (PosixException e) {
      boolean listening = bound >= 0 && e.index() > bound;
      throw CommandException.unable((listening ? "listen to " : "bind to ") + socket.path(), e);
    }
  }

  /** Between removing an old socket and binding a new one nobody else may do the same. */
  private static int appendLock(Arch arch, CallList calls, Bytes path) {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int lock =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path.plus(".lock")),
            number(flags),
            number(0600));
    calls.add(
        Syscall.FCNTL, resultOf(lock), number(FileLock.set(arch)), bytes(FileLock.exclusive()));
    return lock;
  }
}
