package s6j.execline.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.string;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.language.PosixRegex;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** What the operators of {@code eltest} mean. */
final class TestOperators {
  static final Set<String> UNARY =
      Set.of(
          "-n", "-z", "-f", "-h", "-L", "-e", "-k", "-b", "-c", "-d", "-g", "-p", "-r", "-s", "-t",
          "-u", "-w", "-x", "-O", "-U", "-G", "-S", "-N", "-v");
  static final Set<String> BINARY =
      Set.of(
          "=", "!=", "==", "<", "<=", ">", ">=", "=~", "-eq", "-ne", "-gt", "-ge", "-lt", "-le",
          "-nt", "-ot", "-ef");

  private static final int NOFOLLOW = 0x100;
  private static final int AT_EACCESS = 0x200;
  private static final int STATX_ATIME_AT = 64;
  private static final int TERMIOS_MAX = 256;

  private final Invocation call;

  TestOperators(Invocation call) {
    this.call = call;
  }

  boolean unary(String operator, Bytes word) throws CommandException, PosixException {
    return switch (operator) {
      case "-n" -> !word.isEmpty();
      case "-z" -> word.isEmpty();
      case "-v" -> call.environment().get(word) != null;
      case "-t" -> isTerminal(word);
      case "-r" -> mayAccess(word, 4);
      case "-w" -> mayAccess(word, 2);
      case "-x" -> mayAccess(word, 1);
      default -> {
        byte[] statx = statx(word, operator.equals("-h") || operator.equals("-L") ? NOFOLLOW : 0);
        yield statx != null && file(operator, statx, Stat.of(statx));
      }
    };
  }

  private boolean file(String operator, byte[] statx, Stat stat) {
    return switch (operator) {
      case "-e" -> true;
      case "-f" -> stat.isRegular();
      case "-h", "-L" -> stat.isLink();
      case "-d" -> stat.isDirectory();
      case "-b" -> stat.type() == Stat.BLOCK;
      case "-c" -> stat.type() == Stat.CHARACTER;
      case "-p" -> stat.type() == Stat.FIFO;
      case "-S" -> stat.type() == Stat.SOCKET;
      case "-k" -> (stat.mode() & 01000) != 0;
      case "-g" -> (stat.mode() & 02000) != 0;
      case "-u" -> (stat.mode() & 04000) != 0;
      case "-s" -> stat.size() > 0;
      case "-O", "-U" -> stat.uid() == call.posix().info().euid();
      case "-G" -> stat.gid() == call.posix().info().egid();
      case "-N" -> modifiedAfterRead(statx, stat);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static boolean modifiedAfterRead(byte[] statx, Stat stat) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    long seconds = b.getLong(STATX_ATIME_AT);
    return stat.modifiedSeconds() > seconds
        || stat.modifiedSeconds() == seconds && stat.modifiedNanos() > b.getInt(STATX_ATIME_AT + 8);
  }

  /** Complains of a right side that the operator cannot take, before anything is evaluated. */
  void check(String operator, Bytes right) throws CommandException {
    if (operator.equals("=~")) {
      regex(right);
    }
  }

  private static PosixRegex regex(Bytes expression) throws CommandException {
    try {
      return PosixRegex.compile(expression, true, false, false);
    } catch (IllegalArgumentException e) {
      throw CommandException.fatal(
          CommandException.USAGE,
          "parse error: bad regular expression " + expression + ": " + e.getMessage());
    }
  }

  boolean binary(Bytes left, String operator, Bytes right) throws CommandException, PosixException {
    return switch (operator) {
      case "=", "==" -> left.equals(right);
      case "!=" -> !left.equals(right);
      case "<" -> left.compareTo(right) < 0;
      case "<=" -> left.compareTo(right) <= 0;
      case ">" -> left.compareTo(right) > 0;
      case ">=" -> left.compareTo(right) >= 0;
      case "=~" -> regex(right).finds(left);
      case "-nt", "-ot", "-ef" -> files(left, operator, right);
      default -> numbers(operator, integer(left, operator).compareTo(integer(right, operator)));
    };
  }

  private static boolean numbers(String operator, int order) {
    return switch (operator) {
      case "-eq" -> order == 0;
      case "-ne" -> order != 0;
      case "-gt" -> order > 0;
      case "-ge" -> order >= 0;
      case "-lt" -> order < 0;
      case "-le" -> order <= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static BigInteger integer(Bytes word, String operator) throws CommandException {
    try {
      return new BigInteger(word.latin1());
    } catch (NumberFormatException e) {
      throw CommandException.fatal(
          CommandException.USAGE, operator + " requires integer arguments");
    }
  }

  private boolean files(Bytes left, String operator, Bytes right) throws PosixException {
    byte[] one = statx(left, 0);
    byte[] other = statx(right, 0);
    if (one == null || other == null) {
      return operator.equals("-nt") ? one != null : operator.equals("-ot") && other != null;
    }
    Stat first = Stat.of(one);
    Stat second = Stat.of(other);
    if (operator.equals("-ef")) {
      return first.device() == second.device() && first.inode() == second.inode();
    }
    int order = Long.compare(first.modifiedSeconds(), second.modifiedSeconds());
    order = order != 0 ? order : Integer.compare(first.modifiedNanos(), second.modifiedNanos());
    return operator.equals("-nt") ? order > 0 : order < 0;
  }

  private byte[] statx(Bytes path, int flags) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.STATX,
        number(CallList.AT_FDCWD),
        string(path),
        number(flags),
        number(Stat.MASK),
        out(Stat.SIZE));
    Results results = call.posix().call(calls);
    return results.failed(0) ? null : results.buffer(0);
  }

  private boolean mayAccess(Bytes path, int mode) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.FACCESSAT2,
        number(CallList.AT_FDCWD),
        string(path),
        number(mode),
        number(AT_EACCESS));
    return !call.posix().call(calls).failed(0);
  }

  private boolean isTerminal(Bytes word) throws CommandException, PosixException {
    long fd = Options.unsigned(word);
    if (fd < 0) {
      throw CommandException.fatal(CommandException.USAGE, "-t requires an integer argument");
    }
    // TCGETS
    long request = call.posix().info().arch() == Arch.PPC64LE ? 0x402c7413L : 0x5401L;
    CallList calls = new CallList();
    calls.attempt(Syscall.IOCTL, number(fd), number(request), out(TERMIOS_MAX));
    return !call.posix().call(calls).failed(0);
  }
}
