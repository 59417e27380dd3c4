package s6j.commands.ipc;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code s6-ipcserverd}: accepts connections on the socket that is its stdin, and runs a program
 * for each, which has the connection as stdin and stdout.
 */
final class S6Ipcserverd implements Command {
  private static final String USAGE =
      "s6-ipcserverd [ -v verbosity ] [ -1 ] [ -P | -p ] [ -c maxconn ] [ -C localmaxconn ]"
          + " prog...";
  private static final int CONNECTIONS = 40;
  private static final int CONNECTIONS_MAX = 16384;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  /**
   * How to serve.
   *
   * @param verbosity 0 for errors only, 2 for every connection
   * @param tellsReady whether a newline on stdout tells that the socket is listened to
   * @param peers whether the ids and the path of clients are looked up
   * @param most how many connections at a time
   * @param mostOfOne how many of one user
   */
  record Settings(int verbosity, boolean tellsReady, boolean peers, int most, int mostOfOne) {}

  @Override
  public String name() {
    return "s6-ipcserverd";
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "v:1Ppc:C:", USAGE);
    Settings settings = settings(options);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.usage(USAGE);
    }
    try {
      UnixSocket.bound(call.posix(), 0);
    } catch (PosixException e) {
      throw CommandException.fatal(CommandException.USAGE, "stdin is not a socket");
    }
    Next.Exec program = call.exec(options.end(), call.environment());
    try {
      Connections connections = new Connections(call, settings, program);
      prepare(call, settings);
      connections.serve();
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("serve", e);
    }
  }

  private static Settings settings(Options options) throws CommandException {
    long verbosity = 1;
    long most = CONNECTIONS;
    long mostOfOne = CONNECTIONS;
    boolean peers = true;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'v' -> verbosity = ServerChain.number(option.argument(), USAGE);
        case 'c' -> most = limit(option.argument());
        case 'C' -> mostOfOne = limit(option.argument());
        case 'P', 'p' -> peers = option.letter() == 'p';
        default -> {
          // -1, which is looked at below.
        }
      }
    }
    return new Settings(
        (int) Math.min(verbosity, 9),
        options.has('1'),
        peers,
        (int) most,
        (int) Math.min(most, mostOfOne));
  }

  private static long limit(Bytes word) throws CommandException {
    long value = ServerChain.number(word, USAGE);
    return Math.clamp(value, 1, CONNECTIONS_MAX);
  }

  /** Children must not have the listening socket; whoever waits for us to be ready is told. */
  private static void prepare(Invocation call, Settings settings) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.FCNTL, number(0), number(F_SETFD), number(FD_CLOEXEC));
    if (settings.tellsReady()) {
      calls.attempt(Syscall.WRITE, number(1), bytes(new byte[] {'\n'}), number(1));
    }
    calls.attempt(Syscall.CLOSE, number(1));
    call.posix().call(calls);
  }
}
