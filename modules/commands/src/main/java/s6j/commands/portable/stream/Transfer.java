package s6j.commands.portable.stream;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.util.Arrays;
import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * The output of a command, and its reads. What has been put is written together with the next read,
 * before it, in one exchange with the process: nothing waits here while the process waits for
 * input, and a filter costs one exchange for each piece that it reads.
 */
public final class Transfer {
  /** How much is read at a time. */
  public static final int CHUNK = 64 << 10;

  private static final byte[] NOTHING = {};

  private final Posix posix;
  private final int to;

  /** Made when something is put: who only reads needs none. */
  private byte[] kept = NOTHING;

  private int length;

  /** Output to stdout. */
  public Transfer(Posix posix) {
    this(posix, Descriptor.STDOUT);
  }

  /** Output to a descriptor. */
  public Transfer(Posix posix, int to) {
    this.posix = posix;
    this.to = to;
  }

  /** Puts a byte. */
  public void put(int b) throws CommandException {
    room();
    kept[length++] = (byte) b;
  }

  /** Puts a piece of an array. */
  public void put(byte[] from, int start, int end) throws CommandException {
    for (int at = start; at < end; ) {
      room();
      int n = Math.min(end - at, kept.length - length);
      System.arraycopy(from, at, kept, length, n);
      length += n;
      at += n;
    }
  }

  /** Puts a string. */
  public void put(Bytes text) throws CommandException {
    byte[] content = text.toArray();
    put(content, 0, content.length);
  }

  /** Makes room for one byte at least. */
  private void room() throws CommandException {
    if (kept == NOTHING) {
      kept = new byte[CHUNK];
    } else if (length == kept.length) {
      flush();
    }
  }

  /** Writes what has been put. */
  public void flush() throws CommandException {
    int at = 0;
    while (at < length) {
      CallList calls = new CallList();
      appendWrite(calls, at);
      at += written(posix.attempt(calls));
    }
    length = 0;
  }

  /** Writes what has been put, and lets go of the memory for it. */
  void finish() throws CommandException {
    flush();
    kept = NOTHING;
  }

  /** Appends one write of what is kept from {@code at} on. */
  private void appendWrite(CallList calls, int at) {
    byte[] part = at == 0 && length == kept.length ? kept : Arrays.copyOfRange(kept, at, length);
    calls.attempt(Syscall.WRITE, number(to), bytes(part), number(part.length));
  }

  /** How much the write, which is the first call, has written. */
  private int written(Results results) throws CommandException {
    if (!results.failed(0)) {
      return (int) results.value(0);
    }
    Errno errno = results.errno(0);
    if (errno.equals(Errno.EAGAIN)) {
      Descriptor.await(posix, to, Descriptor.POLLOUT);
    } else if (!errno.equals(Errno.EINTR)) {
      throw cannotWrite(errno);
    }
    return 0;
  }

  private CommandException cannotWrite(Errno errno) {
    String where = to == Descriptor.STDOUT ? "stdout" : "descriptor " + to;
    return CommandException.unable("write to " + where, new PosixException(errno, 0));
  }

  /**
   * Writes what has been put, and reads.
   *
   * @return what one read gave, at most {@code size} bytes; empty at the end
   */
  public byte[] read(int fd, int size) throws CommandException {
    if (length > 0) {
      byte[] read = writeAndRead(fd, size);
      if (read != null) {
        return read;
      }
    }
    for (; ; ) {
      CallList calls = new CallList();
      calls.attempt(Syscall.READ, number(fd), outUpToResult(size), number(size));
      byte[] read = readBy(posix.attempt(calls), 0, fd);
      if (read != null) {
        return read;
      }
    }
  }

  /** The usual case, in one exchange; null when something has to be done again. */
  private byte[] writeAndRead(int fd, int size) throws CommandException {
    byte[] part = Arrays.copyOf(kept, length);
    CallList calls = new CallList();
    // A list stops at a failure: who cannot write shall not wait for more to write.
    calls.add(Syscall.WRITE, number(to), bytes(part), number(part.length));
    calls.attempt(Syscall.READ, number(fd), outUpToResult(size), number(size));
    Results results;
    try {
      results = posix.call(calls);
    } catch (PosixException e) {
      flush();
      return null;
    }
    byte[] read = readBy(results, 1, fd);
    int written = (int) results.value(0);
    if (written < length) {
      System.arraycopy(kept, written, kept, 0, length - written);
      length -= written;
      flush();
    }
    length = 0;
    return read;
  }

  /** What the call has read; null when it has to be made again. */
  private byte[] readBy(Results results, int call, int fd) throws CommandException {
    if (!results.failed(call)) {
      return results.buffer(call);
    }
    Errno errno = results.errno(call);
    if (errno.equals(Errno.EAGAIN)) {
      Descriptor.await(posix, fd, Descriptor.POLLIN);
      return null;
    }
    if (errno.equals(Errno.EINTR)) {
      return null;
    }
    String where = fd == Descriptor.STDIN ? "stdin" : "descriptor " + fd;
    throw CommandException.unable("read from " + where, new PosixException(errno, call));
  }
}
