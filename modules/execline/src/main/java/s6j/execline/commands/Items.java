package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.execline.language.ByteBuilder;
import s6j.execline.process.Descriptors;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/**
 * Reads a descriptor item by item, as its bytes come. An item ends at a delimiter or at the end of
 * what can be read; without delimiters the items are netstrings.
 */
final class Items {
  /** The letters of its options. */
  static final String LETTERS = "NnCc0d:";

  private static final int CHUNK = 64 << 10;

  private final Files files;
  private final int fd;
  private final Bytes delimiters;
  private final boolean chomp;
  private final boolean crunch;
  private byte[] chunk = new byte[0];
  private int at;

  private Items(Posix posix, int fd, Bytes delimiters, boolean chomp, boolean crunch) {
    this.files = new Files(posix);
    this.fd = fd;
    this.delimiters = delimiters;
    this.chomp = chomp;
    this.crunch = crunch;
  }

  static Items of(Posix posix, int fd, Options options) {
    Bytes delimiters = Bytes.of("\n");
    boolean chomp = true;
    boolean crunch = false;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'n' -> chomp = true;
        case 'N' -> chomp = false;
        case 'C' -> crunch = true;
        case 'c' -> crunch = false;
        case '0' -> delimiters = Bytes.of(new byte[] {0});
        case 'd' -> delimiters = option.argument();
        default -> {}
      }
    }
    return new Items(posix, fd, delimiters, chomp, crunch);
  }

  /** The next item; null when there is none. */
  Bytes next() throws CommandException {
    try {
      return delimiters.isEmpty() ? nextNetstring() : nextDelimited();
    } catch (PosixException e) {
      throw CommandException.unable("read input", e);
    }
  }

  private Bytes nextDelimited() throws PosixException {
    ByteBuilder item = new ByteBuilder();
    for (; ; ) {
      int c = read();
      if (c < 0) {
        return item.length() == 0 ? null : upToNul(item);
      }
      if (!delimiters.contains(c)) {
        add(item, c);
      } else if (!crunch || item.length() > 0) {
        if (!chomp) {
          item.add(c);
        }
        return upToNul(item);
      }
    }
  }

  /** What no variable can have as its value is not kept. */
  private static void add(ByteBuilder item, int c) throws PosixException {
    if (item.length() == Descriptors.VALUE_MAX) {
      throw new PosixException(Errno.E2BIG, -1);
    }
    item.add(c);
  }

  /** The value of a variable ends at a NUL. */
  private static Bytes upToNul(ByteBuilder item) {
    Bytes value = item.build();
    int nul = value.indexOf(0);
    return nul < 0 ? value : value.slice(0, nul);
  }

  private Bytes nextNetstring() throws PosixException, CommandException {
    int c = read();
    if (c < 0) {
      return null;
    }
    long length = 0;
    boolean digits = false;
    for (; c >= '0' && c <= '9' && length < Integer.MAX_VALUE / 10; c = read()) {
      length = length * 10 + c - '0';
      digits = true;
    }
    if (c != ':' || !digits) {
      throw broken();
    }
    ByteBuilder item = new ByteBuilder();
    for (long i = 0; i < length; i++) {
      c = read();
      if (c < 0) {
        throw broken();
      }
      add(item, c);
    }
    if (read() != ',') {
      throw broken();
    }
    return upToNul(item);
  }

  private static CommandException broken() {
    return CommandException.fatal(
        CommandException.SYSTEM, "invalid netstring in input, expected LENGTH:CONTENT,");
  }

  private int read() throws PosixException {
    if (at == chunk.length) {
      chunk = files.readOnce(fd, CHUNK);
      at = 0;
    }
    return at < chunk.length ? chunk[at++] & 255 : -1;
  }
}
