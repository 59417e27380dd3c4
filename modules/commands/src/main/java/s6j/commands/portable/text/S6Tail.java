package s6j.commands.portable.text;

import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Copy;
import s6j.commands.portable.stream.Descriptor;
import s6j.commands.portable.stream.Spool;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** {@code s6-tail}: the last lines, or bytes, of a file or of stdin, or those from one on. */
final class S6Tail extends PortableCommand {
  private static final long LINES = 10;
  private static final int SEEK_SET = 0;
  private static final int SEEK_CUR = 1;
  private static final int BLOCK = 64 << 10;

  /** How much of a stream is kept in memory. */
  private static final int KEPT_MAX = 1 << 20;

  S6Tail() {
    super("s6-tail", "[ -n [+]lines | -c [+]chars | -1..9 ] [ file ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "n:c:123456789");
    Ending ending = new Ending(LINES, true);
    boolean fromStart = false;
    for (Options.Option option : options.list()) {
      Bytes word = option.argument();
      fromStart = word != null && word.startsWith("+");
      boolean signed = word != null && (fromStart || word.startsWith("-"));
      long count = word == null ? option.letter() - '0' : unsigned(signed ? word.from(1) : word);
      ending = new Ending(count, option.letter() != 'c');
    }
    int fd = Descriptor.STDIN;
    if (options.end() < call.arguments().size()) {
      fd = Descriptor.open(call.posix(), call.arguments().get(options.end()));
    }
    if (fromStart) {
      copyFrom(call.posix(), fd, ending);
    } else if (ending.count() > 0) {
      copyEnding(call, fd, ending);
    }
    return Next.exit(0);
  }

  private static void copyFrom(Posix posix, int fd, Ending skipped) throws CommandException {
    Transfer out = new Transfer(posix);
    for (long left = skipped.count() - 1; left > 0; ) {
      byte[] read = out.read(fd, Transfer.CHUNK);
      if (read.length == 0) {
        break;
      }
      int at = 0;
      while (at < read.length && left > 0) {
        left -= skipped.counts(read[at++]) ? 1 : 0;
      }
      out.put(read, at, read.length);
    }
    out.flush();
    Copy.all(posix, fd, Descriptor.STDOUT);
  }

  private static void copyEnding(Invocation call, int fd, Ending ending) throws CommandException {
    Posix posix = call.posix();
    Stat stat = Descriptor.stat(posix, fd);
    // Files of /proc have no size, and are read to their end.
    if (stat != null && stat.isRegular() && stat.size() > 0) {
      long from = seek(posix, fd, 0, SEEK_CUR);
      copyEndingOfFile(posix, fd, from, stat.size(), ending);
      return;
    }
    Transfer out = new Transfer(posix);
    byte[] kept = new byte[2 * BLOCK];
    int length = 0;
    for (byte[] read = out.read(fd, BLOCK); read.length > 0; read = out.read(fd, BLOCK)) {
      if (length + read.length > kept.length) {
        int start = ending.startIn(kept, length);
        length -= start;
        if (length > KEPT_MAX) {
          copyEndingOfSpool(call, fd, ending, kept, start, length, read);
          return;
        }
        byte[] roomy = length > kept.length / 2 ? new byte[2 * kept.length] : kept;
        System.arraycopy(kept, start, roomy, 0, length);
        kept = roomy;
      }
      System.arraycopy(read, 0, kept, length, read.length);
      length += read.length;
    }
    out.put(kept, ending.startIn(kept, length), length);
    out.flush();
  }

  /** What does not fit in memory goes to a file, with all that follows. */
  private static void copyEndingOfSpool(
      Invocation call, int fd, Ending ending, byte[] kept, int start, int length, byte[] read)
      throws CommandException {
    Spool spool = Spool.create(call);
    spool.put(kept, start, start + length);
    spool.put(read, 0, read.length);
    spool.flush();
    Copy.all(call.posix(), fd, spool.fd());
    Stat stat = Descriptor.stat(call.posix(), spool.fd());
    copyEndingOfFile(
        call.posix(), spool.fd(), 0, stat == null ? spool.size() : stat.size(), ending);
  }

  private static void copyEndingOfFile(Posix posix, int fd, long from, long size, Ending ending)
      throws CommandException {
    long left = ending.count();
    long start = size;
    boolean last = true;
    while (start > from && left > 0) {
      int length = (int) Math.min(BLOCK, start - from);
      byte[] block = Spool.read(posix, fd, start - length, length);
      if (block.length < length) {
        // The file has become shorter.
        start = from;
        break;
      }
      Ending.Place place = ending.withCount(left).placeIn(block, block.length, last);
      left = place.left();
      start = start - length + place.start();
      last = false;
    }
    seek(posix, fd, Math.max(start, from), SEEK_SET);
    Copy.all(posix, fd, Descriptor.STDOUT);
  }

  private static long seek(Posix posix, int fd, long offset, int whence) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.LSEEK, number(fd), number(offset), number(whence));
    try {
      return posix.call(calls).value(0);
    } catch (PosixException e) {
      throw CommandException.unable("seek", e);
    }
  }
}
