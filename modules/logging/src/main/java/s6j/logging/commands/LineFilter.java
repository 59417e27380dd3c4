package s6j.logging.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Copies stdin to stdout, line by line, with something done to each line. */
final class LineFilter {
  private static final int SIZE = 64 << 10;

  /** Of a line that has so much nothing more is kept until its end comes. */
  private static final int LONG = 64 << 10;

  /** What is done to a line. */
  @FunctionalInterface
  interface Editor {
    /**
     * Appends what is to be written for this line, which has no newline at its end. Of a very long
     * line it is the start; the rest is written as it is.
     */
    void edit(byte[] from, int start, int end, ByteArrayOutputStream to);
  }

  private final Posix posix;
  private final Editor editor;
  private final boolean endsAtNul;
  private final boolean completesLast;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

  /** Whether the start of the line has been written: the rest follows as it is. */
  private boolean begun;

  private LineFilter(Posix posix, boolean endsAtNul, boolean completesLast, Editor editor) {
    this.posix = posix;
    this.endsAtNul = endsAtNul;
    this.completesLast = completesLast;
    this.editor = editor;
  }

  /**
   * Copies until stdin ends.
   *
   * @param endsAtNul whether a NUL ends a line as well
   * @param completesLast whether a last line without newline is given one
   */
  static void run(Posix posix, boolean endsAtNul, boolean completesLast, Editor editor)
      throws CommandException {
    new LineFilter(posix, endsAtNul, completesLast, editor).copy();
  }

  private void copy() throws CommandException {
    for (byte[] chunk = read(); chunk.length > 0; chunk = read()) {
      int start = 0;
      for (int i = 0; i < chunk.length; i++) {
        if (chunk[i] == '\n' || endsAtNul && chunk[i] == 0) {
          line(chunk, start, i);
          out.write('\n');
          start = i + 1;
        }
      }
      rest(chunk, start);
      flush();
    }
    if (partial.size() > 0 || begun) {
      line(new byte[0], 0, 0);
      if (completesLast) {
        out.write('\n');
      }
      flush();
    }
  }

  /** Keeps the start of a line, but not one of any length: the memory is that of everybody. */
  private void rest(byte[] chunk, int start) {
    if (begun) {
      out.write(chunk, start, chunk.length - start);
      return;
    }
    partial.write(chunk, start, chunk.length - start);
    if (partial.size() >= LONG) {
      line(chunk, start, start);
      begun = true;
    }
  }

  private void line(byte[] chunk, int start, int end) {
    if (begun) {
      out.write(chunk, start, end - start);
      begun = false;
    } else if (partial.size() == 0) {
      editor.edit(chunk, start, end, out);
    } else {
      partial.write(chunk, start, end - start);
      byte[] whole = partial.toByteArray();
      partial.reset();
      editor.edit(whole, 0, whole.length, out);
    }
  }

  private byte[] read() throws CommandException {
    for (; ; ) {
      CallList calls = new CallList();
      calls.add(Syscall.READ, number(0), outUpToResult(SIZE), number(SIZE));
      try {
        return posix.call(calls).buffer(0);
      } catch (PosixException e) {
        if (!e.is(Errno.EINTR)) {
          throw CommandException.unable("read from stdin", e);
        }
      }
    }
  }

  private void flush() throws CommandException {
    try {
      new Files(posix).write(1, Bytes.of(out.toByteArray()));
      out.reset();
    } catch (PosixException e) {
      throw CommandException.unable("write to stdout", e);
    }
  }
}
