package s6j.commands.files;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.env.Settings;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * {@code s6-test expression}: exits 0 if it is true, 1 if it is not, 100 if it is none. No
 * expression is not true.
 */
final class S6Test implements Command {
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EACCESS = 0x200;
  private static final int STATX_ATIME = 64;
  private static final int STICKY = 01000;
  private static final int SET_GID = 02000;
  private static final int SET_UID = 04000;
  private static final int TERMIOS_SIZE = 256;

  @Override
  public String name() {
    return "s6-test";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    if (call.arguments().isEmpty()) {
      return Next.exit(1);
    }
    return Next.exit(isTrue(call, ExpressionParser.parse(call.arguments())) ? 0 : 1);
  }

  private static boolean isTrue(Invocation call, Expression expression) throws CommandException {
    return switch (expression) {
      case Expression.Word(Bytes text) -> !text.isEmpty();
      case Expression.Not(Expression operand) -> !isTrue(call, operand);
      case Expression.All(List<Expression> parts) -> !someAre(call, parts, false);
      case Expression.Any(List<Expression> parts) -> someAre(call, parts, true);
      case Expression.Unary(char operator, Bytes operand) -> unary(call, operator, operand);
      case Expression.Binary(Bytes operator, Bytes left, Bytes right) ->
          binary(call, operator.latin1(), left, right);
    };
  }

  /** Looks at parts up to the first that decides. */
  private static boolean someAre(Invocation call, List<Expression> parts, boolean wanted)
      throws CommandException {
    for (Expression part : parts) {
      if (isTrue(call, part) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean unary(Invocation call, char operator, Bytes word) throws CommandException {
    return switch (operator) {
      case 'n' -> !word.isEmpty();
      case 'z' -> word.isEmpty();
      case 'v' -> call.environment().get(word) != null;
      case 't' -> isTerminal(call, word);
      case 'r' -> access(call, word, 4);
      case 'w' -> access(call, word, 2);
      case 'x' -> access(call, word, 1);
      default -> file(call, operator, word);
    };
  }

  private static boolean file(Invocation call, char operator, Bytes path) throws CommandException {
    boolean link = operator == 'h' || operator == 'L';
    byte[] statx = statx(call, path, link ? AT_SYMLINK_NOFOLLOW : 0);
    if (statx == null) {
      return false;
    }
    Stat stat = Stat.of(statx);
    return switch (operator) {
      case 'h', 'L' -> stat.isLink();
      case 'f' -> stat.isRegular();
      case 'd' -> stat.isDirectory();
      case 'b' -> stat.type() == Stat.BLOCK;
      case 'c' -> stat.type() == Stat.CHARACTER;
      case 'p' -> stat.type() == Stat.FIFO;
      case 'S' -> stat.type() == Stat.SOCKET;
      case 's' -> stat.size() > 0;
      case 'k' -> (stat.mode() & STICKY) != 0;
      case 'g' -> (stat.mode() & SET_GID) != 0;
      case 'u' -> (stat.mode() & SET_UID) != 0;
      case 'O', 'U' -> stat.uid() == call.posix().info().euid();
      case 'G' -> stat.gid() == call.posix().info().egid();
      case 'N' -> modifiedSinceRead(statx, stat);
      default -> true;
    };
  }

  private static boolean modifiedSinceRead(byte[] statx, Stat stat) {
    ByteBuffer b = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    long seconds = b.getLong(STATX_ATIME);
    int nanos = b.getInt(STATX_ATIME + 8);
    return seconds < stat.modifiedSeconds()
        || seconds == stat.modifiedSeconds() && nanos < stat.modifiedNanos();
  }

  private static boolean binary(Invocation call, String operator, Bytes left, Bytes right)
      throws CommandException {
    int order = left.compareTo(right);
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "-nt", "-ot", "-ef" -> files(call, operator, left, right);
      default -> numbers(operator, left, right);
    };
  }

  private static boolean numbers(String operator, Bytes left, Bytes right) throws CommandException {
    long a = Settings.integer(left);
    long b = Settings.integer(right);
    if (a == Settings.NOT_A_NUMBER || b == Settings.NOT_A_NUMBER) {
      throw CommandException.fatal(
          CommandException.USAGE, operator + " requires integer arguments");
    }
    return switch (operator) {
      case "-eq" -> a == b;
      case "-ne" -> a != b;
      case "-gt" -> a > b;
      case "-ge" -> a >= b;
      case "-lt" -> a < b;
      default -> a <= b;
    };
  }

  /** A file that is not there is older than any other. */
  private static boolean files(Invocation call, String operator, Bytes left, Bytes right)
      throws CommandException {
    byte[] first = statx(call, left, 0);
    byte[] second = statx(call, right, 0);
    if (first == null || second == null) {
      return operator.equals("-nt") && first != null || operator.equals("-ot") && second != null;
    }
    Stat a = Stat.of(first);
    Stat b = Stat.of(second);
    int order = Long.compare(a.modifiedSeconds(), b.modifiedSeconds());
    order = order == 0 ? Integer.compare(a.modifiedNanos(), b.modifiedNanos()) : order;
    return switch (operator) {
      case "-nt" -> order > 0;
      case "-ot" -> order < 0;
      default -> a.inode() == b.inode() && a.device() == b.device();
    };
  }

  private static byte[] statx(Invocation call, Bytes path, int flags) throws CommandException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.STATX,
        number(CallList.AT_FDCWD),
        string(path),
        number(flags),
        number(Stat.MASK),
        out(Stat.SIZE));
    Results results = call.posix().attempt(calls);
    return results.failed(0) ? null : results.buffer(0);
  }

  private static boolean access(Invocation call, Bytes path, int mode) {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.FACCESSAT2,
        number(CallList.AT_FDCWD),
        string(path),
        number(mode),
        number(AT_EACCESS));
    calls.attempt(Syscall.FACCESSAT, number(CallList.AT_FDCWD), string(path), number(mode));
    Results results = call.posix().attempt(calls);
    boolean unknown = results.failed(0) && results.errno(0).equals(Errno.ENOSYS);
    return !results.failed(unknown ? 1 : 0);
  }

  private static boolean isTerminal(Invocation call, Bytes word) throws CommandException {
    long fd = Settings.integer(word);
    if (fd == Settings.NOT_A_NUMBER) {
      throw CommandException.fatal(CommandException.USAGE, "-t requires an integer argument");
    }
    long tcgets = call.posix().info().arch() == Arch.PPC64LE ? 0x402c7413L : 0x5401;
    CallList calls = new CallList();
    calls.attempt(Syscall.IOCTL, number(fd), number(tcgets), out(TERMIOS_SIZE));
    return !call.posix().attempt(calls).failed(0);
  }
}
