package s6j.supervise;

import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Tag;

/**
 * The pipe between a service and its logger, which outlives both, and the JVM: init holds both
 * ends.
 */
final class LogPipe {
  private final EventLoop loop;
  private final long readTag;
  private final long writeTag;
  private int readEnd = -1;
  private int writeEnd = -1;

  /** That of the service in a directory; it is not open yet. */
  LogPipe(EventLoop loop, Bytes directory) {
    this.loop = loop;
    this.readTag = Tag.of("pipe-read", directory);
    this.writeTag = Tag.of("pipe-write", directory);
  }

  /** The logger's end, or -1. */
  int readEnd() {
    return readEnd;
  }

  /** The service's end, or -1. */
  int writeEnd() {
    return writeEnd;
  }

  /**
   * Opens it, unless it is, or finds the one that an earlier JVM has opened.
   *
   * @param used whether a process of that time may have an end of it
   */
  void open(boolean used) throws PosixException {
    if (isOpen()) {
      return;
    }
    readEnd = loop.takeHeld(readTag);
    writeEnd = loop.takeHeld(writeTag);
    if (readEnd >= 0 && writeEnd < 0 && !used) {
      // The earlier JVM has died before it could say which is the other end.
      closeReadEnd();
    }
    if (!isOpen()) {
      create();
    }
  }

  private boolean isOpen() {
    return readEnd >= 0 || writeEnd >= 0;
  }

  private void create() throws PosixException {
    int[] ends = Pipe.open(loop.posix());
    readEnd = ends[0];
    writeEnd = ends[1];
    loop.posix().hold(readEnd, readTag);
    loop.posix().hold(writeEnd, writeTag);
  }

  /** Closes init's own copy of the logger's end: who writes then has nobody to write to. */
  void closeReadEnd() {
    if (readEnd >= 0) {
      close(readEnd, readTag);
      readEnd = -1;
    }
  }

  /**
   * Closes init's own copy of the service's end: the logger sees the end of its input when the
   * service is gone as well.
   */
  void closeWriteEnd() {
    if (writeEnd >= 0) {
      close(writeEnd, writeTag);
      writeEnd = -1;
    }
  }

  private void close(int fd, long tag) {
    loop.unwatch(fd, tag);
    new Files(loop.posix()).close(fd);
  }
}
