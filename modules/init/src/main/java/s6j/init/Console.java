package s6j.init;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import s6j.posix.Bytes;

/**
 * Where the lines of the stages go: the container's stdout, or the catch-all logger. Its lines are
 * an interface.
 */
final class Console {
  private FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private FileOutputStream err = new FileOutputStream(FileDescriptor.err);

  /** From now on both go into this file, a FIFO. */
  synchronized void redirect(Bytes fifo) throws IOException {
    FileOutputStream to = new FileOutputStream(fifo.toString());
    out = to;
    err = to;
  }

  /** Back to the container's own. */
  synchronized void restore() throws IOException {
    FileOutputStream redirected = out;
    out = new FileOutputStream(FileDescriptor.out);
    err = new FileOutputStream(FileDescriptor.err);
    redirected.close();
  }

  /** Writes text as it is; a reader that has gone away is nobody's concern. */
  synchronized void print(Bytes text) {
    write(out, text);
  }

  void print(String text) {
    print(Bytes.of(text));
  }

  /** Writes a line to stderr. */
  synchronized void complain(String line) {
    write(err, Bytes.of(line).plus("\n"));
  }

  /** Writes {@code s6-overlay: LEVEL: message} to stderr. */
  void complain(String level, String message) {
    complain("s6-overlay: " + level + ": " + message);
  }

  void warn(String message) {
    complain("warning", message);
  }

  private static void write(FileOutputStream to, Bytes text) {
    try {
      to.write(text.toArray());
    } catch (IOException e) {
      // Stdout is closed or its reader is gone: the container goes on without it.
    }
  }
}
