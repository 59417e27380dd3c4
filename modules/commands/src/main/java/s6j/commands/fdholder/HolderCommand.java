package s6j.commands.fdholder;

import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.supervise.Tai;

/** What the clients of a descriptor holder have in common. */
final class HolderCommand {
  private static final int DENIED = 1;
  private static final int F_SETFD = 2;

  private HolderCommand() {}

  static Deadline deadline(Options options, String usage) throws CommandException {
    return Deadline.in(options.number('t', 0, usage));
  }

  /** So many words after the options at least. */
  static void need(Invocation call, Options options, int words, String usage)
      throws CommandException {
    if (call.arguments().size() < options.end() + words) {
      throw CommandException.usage(usage);
    }
  }

  /** The id, when it can be one. */
  static Bytes checked(Bytes id, String what) throws CommandException {
    if (id.length() > HeldFd.ID_MAX) {
      throw denied(what, new PosixException(Errno.ENAMETOOLONG, -1));
    }
    if (id.isEmpty()) {
      throw denied(what, new PosixException(Errno.EINVAL, -1));
    }
    return id;
  }

  /** What the daemon has answered: no. */
  static CommandException denied(String what, PosixException reason) {
    return CommandException.fatal(DENIED, "unable to " + what + ": " + reason.getMessage());
  }

  /** The environment that tells a program of descriptors, which it gets. */
  static Environment exported(Invocation call, List<HeldFd> all) throws PosixException {
    Environment environment = call.environment();
    environment = environment.with("S6_FD#", Integer.toString(all.size()));
    CallList calls = new CallList();
    for (int i = 0; i < all.size(); i++) {
      HeldFd held = all.get(i);
      environment =
          environment
              .with("S6_FD_" + i, Integer.toString(held.fd()))
              .with(Bytes.of("S6_FDID_" + i), held.id());
      environment =
          held.isForEver()
              ? environment.without("S6_FDLIMIT_" + i)
              : environment.with("S6_FDLIMIT_" + i, held.limit().label());
      calls.add(Syscall.FCNTL, number(held.fd()), number(F_SETFD), number(0));
    }
    if (!calls.isEmpty()) {
      call.posix().call(calls);
    }
    return environment;
  }

  /** The descriptors that the environment tells of. */
  static List<HeldFd> imported(Environment environment) throws CommandException {
    long count = unsigned(environment, "S6_FD#");
    List<HeldFd> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int fd = (int) unsigned(environment, "S6_FD_" + i);
      Bytes id = needed(environment, "S6_FDID_" + i);
      if (!HeldFd.isId(id)) {
        throw invalid("S6_FDID_" + i);
      }
      all.add(new HeldFd(id, limit(environment, "S6_FDLIMIT_" + i), fd));
    }
    return all;
  }

  private static Tai limit(Environment environment, String name) throws CommandException {
    Bytes label = environment.get(name);
    if (label == null) {
      return HeldFd.limitIn(0);
    }
    String text = label.latin1();
    if (text.length() != 1 + 2 * Tai.SIZE || text.charAt(0) != '@') {
      throw invalid(name);
    }
    try {
      return Tai.unpack(java.nio.ByteBuffer.wrap(HexFormat.of().parseHex(text.substring(1))));
    } catch (IllegalArgumentException e) {
      throw invalid(name);
    }
  }

  private static long unsigned(Environment environment, String name) throws CommandException {
    long value = Options.unsigned(needed(environment, name));
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw invalid(name);
    }
    return value;
  }

  private static Bytes needed(Environment environment, String name) throws CommandException {
    Bytes value = environment.get(name);
    if (value == null) {
      throw CommandException.fatal(CommandException.USAGE, name + " not set");
    }
    return value;
  }

  private static CommandException invalid(String name) {
    return CommandException.fatal(CommandException.USAGE, "invalid $" + name);
  }
}
