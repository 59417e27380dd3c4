package s6j.commands.fdholder;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.access.AccessRules;
import s6j.commands.ipc.ServerChain;
import s6j.commands.ipc.UnixSocket;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code s6-fdholderd}: keeps descriptors for the clients of the socket that is its stdin. TERM
 * ends it when its clients have ended, or some time later; HUP has it read its rules again.
 */
final class S6Fdholderd implements Command {
  private static final String USAGE =
      "s6-fdholderd [ -v verbosity ] [ -1 ] [ -c maxconn ] [ -n maxfds ] [ -t timeout ]"
          + " [ -T lameducktimeout ] [ -i rulesdir | -x rulesfile ]";
  private static final int CLIENTS = 16;
  private static final int CLIENTS_MAX = 1000;
  private static final int DESCRIPTORS = 1000;
  private static final int DESCRIPTORS_MAX = 4000;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  /**
   * How to serve.
   *
   * @param clients how many at a time
   * @param most how many descriptors are held
   * @param timeoutMillis how long a client may be silent, 0 for ever
   * @param lameDuckMillis how long clients have to end after TERM, 0 for ever
   * @param inCdb whether the rules are a cdb, and not a directory
   */
  record Settings(
      int verbosity,
      int clients,
      int most,
      long timeoutMillis,
      long lameDuckMillis,
      Bytes rulesPath,
      boolean inCdb) {
    AccessRules rules(Posix posix) throws CommandException {
      return inCdb
          ? AccessRules.inCdb(posix, rulesPath)
          : AccessRules.inDirectory(posix, rulesPath);
    }
  }

  @Override
  public String name() {
    return "s6-fdholderd";
  }

  @Override
  public boolean staysForLong() {
    return true;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "v:1c:n:t:T:i:x:", USAGE);
    Settings settings = settings(options);
    if (settings.rulesPath() == null) {
      throw CommandException.fatal(CommandException.USAGE, "no access rights specified!");
    }
    try {
      UnixSocket.bound(call.posix(), 0);
    } catch (PosixException e) {
      throw CommandException.fatal(CommandException.USAGE, "stdin is not a socket");
    }
    try {
      HolderServer server = new HolderServer(call, settings);
      prepare(call, options.has('1'));
      server.serve();
      return Next.exit(0);
    } catch (PosixException e) {
      throw CommandException.unable("serve", e);
    }
  }

  private static Settings settings(Options options) throws CommandException {
    long verbosity = 1;
    long clients = CLIENTS;
    long most = DESCRIPTORS;
    long timeout = 0;
    long lameDuck = 0;
    Options.Option rules = null;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'v' -> verbosity = ServerChain.number(option.argument(), USAGE);
        case 'c' -> clients = ServerChain.number(option.argument(), USAGE);
        case 'n' -> most = ServerChain.number(option.argument(), USAGE);
        case 't' -> timeout = ServerChain.number(option.argument(), USAGE);
        case 'T' -> lameDuck = ServerChain.number(option.argument(), USAGE);
        case 'i', 'x' -> rules = option;
        default -> {
          // -1, which is looked at elsewhere.
        }
      }
    }
    return new Settings(
        (int) Math.min(verbosity, 9),
        Math.clamp(clients, 1, CLIENTS_MAX),
        Math.clamp(most, 1, DESCRIPTORS_MAX),
        timeout,
        lameDuck,
        rules == null ? null : rules.argument(),
        rules != null && rules.letter() == 'x');
  }

  private static void prepare(Invocation call, boolean tellReady) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.FCNTL, number(0), number(F_SETFD), number(FD_CLOEXEC));
    if (tellReady) {
      calls.attempt(Syscall.WRITE, number(1), bytes(new byte[] {'\n'}), number(1));
    }
    calls.attempt(Syscall.CLOSE, number(1));
    call.posix().call(calls);
  }
}
