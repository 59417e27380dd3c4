package s6j.commands.portable.text;

import static s6j.posix.CallList.number;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Descriptor;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/** {@code s6-head}: the first lines, or bytes, of files or of stdin. */
final class S6Head extends PortableCommand {
  private static final long LINES = 10;
  private static final int SEEK_CUR = 1;

  S6Head() {
    super("s6-head", "[ -S ] [ -1..9 | -n lines | -c chars ] [ file... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "Sn:c:123456789");
    long count = LINES;
    boolean lines = true;
    for (Options.Option option : options.list()) {
      if (option.letter() == 'S') {
        continue;
      }
      lines = option.letter() != 'c';
      count = option.argument() == null ? option.letter() - '0' : unsigned(option.argument());
    }
    List<Bytes> files = call.arguments().subList(options.end(), call.arguments().size());
    if (files.isEmpty()) {
      files = List.of(Bytes.of("-"));
    }
    Transfer out = new Transfer(call.posix());
    for (int i = 0; i < files.size(); i++) {
      int fd = Descriptor.open(call.posix(), files.get(i));
      if (files.size() > 1) {
        out.put(Bytes.of(i == 0 ? "==> " : "\n==> "));
        out.put(files.get(i));
        out.put(Bytes.of(" <==\n"));
      }
      if (!lines) {
        copyBytes(out, fd, count);
      } else if (options.has('S')) {
        copyLinesOnly(call.posix(), out, fd, count);
      } else {
        copyLines(out, fd, count);
      }
      out.flush();
      Descriptor.close(call.posix(), fd);
    }
    return Next.exit(0);
  }

  private static void copyBytes(Transfer out, int fd, long count) throws CommandException {
    for (long left = count; left > 0; ) {
      byte[] read = out.read(fd, (int) Math.min(left, Transfer.CHUNK));
      if (read.length == 0) {
        return;
      }
      out.put(read, 0, read.length);
      left -= read.length;
    }
  }

  private static void copyLines(Transfer out, int fd, long count) throws CommandException {
    for (long left = count; left > 0; ) {
      byte[] read = out.read(fd, Transfer.CHUNK);
      if (read.length == 0) {
        return;
      }
      int end = endOfLines(read, left);
      out.put(read, 0, end);
      left -= newlines(read, end);
    }
  }

  /**
   * Reads no more than it needs. What can be put back is; of a pipe as many bytes are read as there
   * are lines to come, of which each has one at least.
   */
  private static void copyLinesOnly(Posix posix, Transfer out, int fd, long count)
      throws CommandException {
    CallList calls = new CallList();
    calls.attempt(Syscall.LSEEK, number(fd), number(0), number(SEEK_CUR));
    boolean seekable = !posix.attempt(calls).failed(0);
    for (long left = count; left > 0; ) {
      byte[] read = out.read(fd, (int) Math.min(seekable ? Transfer.CHUNK : left, Transfer.CHUNK));
      if (read.length == 0) {
        return;
      }
      int end = endOfLines(read, left);
      out.put(read, 0, end);
      left -= newlines(read, end);
      if (end < read.length) {
        CallList back = new CallList();
        back.attempt(Syscall.LSEEK, number(fd), number(end - read.length), number(SEEK_CUR));
        posix.attempt(back);
      }
    }
  }

  /** Where so many lines end in this piece, or where the piece does. */
  private static int endOfLines(byte[] piece, long lines) {
    long left = lines;
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] == '\n' && --left == 0) {
        return i + 1;
      }
    }
    return piece.length;
  }

  private static long newlines(byte[] piece, int end) {
    long count = 0;
    for (int i = 0; i < end; i++) {
      count += piece[i] == '\n' ? 1 : 0;
    }
    return count;
  }
}
