package s6j.expressions.test;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** What test expressions ask about files; of what cannot be looked at, nothing is true. */
final class FileTests {
  private static final int AT_EACCESS = 0x200;
  private static final int STATX_ATIME = 64;
  private static final int STICKY = 01000;
  private static final int SET_GID = 02000;
  private static final int SET_UID = 04000;
  private static final int TERMIOS_SIZE = 256;

  private FileTests() {}

  /** Whether a file is of the kind that the letter of an operator means. */
  static boolean is(Posix posix, char operator, Bytes path) {
    boolean link = operator == 'h' || operator == 'L';
    byte[] statx = statx(posix, path, link);
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
      case 'O', 'U' -> stat.uid() == posix.info().euid();
      case 'G' -> stat.gid() == posix.info().egid();
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

  /** {@code -nt}, {@code -ot}, {@code -ef}: what is there is newer than what is not. */
  static boolean compare(Posix posix, String operator, Bytes left, Bytes right) {
    byte[] first = statx(posix, left, false);
    byte[] second = statx(posix, right, false);
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

  private static byte[] statx(Posix posix, Bytes path, boolean itself) {
    CallList calls = new CallList();
    if (itself) {
      calls.attemptLstat(path);
    } else {
      calls.attemptStat(path);
    }
    Results results = posix.attempt(calls);
    return results.failed(0) ? null : results.buffer(0);
  }

  /** Whether the effective user may read (4), write (2) or execute (1) a file. */
  static boolean mayAccess(Posix posix, Bytes path, int mode) {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.FACCESSAT2,
        number(CallList.AT_FDCWD),
        string(path),
        number(mode),
        number(AT_EACCESS));
    calls.attempt(Syscall.FACCESSAT, number(CallList.AT_FDCWD), string(path), number(mode));
    Results results = posix.attempt(calls);
    boolean unknown = results.failed(0) && results.errno(0).equals(Errno.ENOSYS);
    return !results.failed(unknown ? 1 : 0);
  }

  /** Whether a descriptor, named by its number, is a terminal. */
  static boolean isTerminal(Posix posix, Bytes word) throws CommandException {
    long fd = Options.unsigned(word);
    if (fd < 0) {
      throw CommandException.fatal(CommandException.USAGE, "-t requires an integer argument");
    }
    long tcgets = posix.info().arch() == Arch.PPC64LE ? 0x402c7413L : 0x5401;
    CallList calls = new CallList();
    calls.attempt(Syscall.IOCTL, number(fd), number(tcgets), out(TERMIOS_SIZE));
    return !posix.attempt(calls).failed(0);
  }
}
