package s6j.logging;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import s6j.logging.output.Warnings;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Reads anything: a file, a terminal, a socket. Only what is known to be there is read, so that the
 * read does not wait and the descriptor, which others may share, need not be made non-blocking.
 */
final class StreamInput implements Input {
  private final Posix posix;
  private final Warnings warnings;
  private boolean isReady;
  private int read = -1;
  private int ready = -1;

  StreamInput(Posix posix, Warnings warnings) {
    this.posix = posix;
    this.warnings = warnings;
  }

  @Override
  public void append(CallList calls, Waiting waiting, int reading, boolean taking) {
    read = -1;
    ready = -1;
    if (reading == 0) {
      waiting.append(calls);
      return;
    }
    if (isReady) {
      read = calls.attempt(Syscall.READ, number(0), outUpToResult(reading), number(reading));
      waiting.atMost(0);
    } else {
      waiting.watch(0, Waiting.READABLE);
    }
    waiting.append(calls);
    ready = Waiting.appendLook(calls, Waiting.READABLE);
  }

  @Override
  public Chunk received(Results results) {
    if (ready >= 0) {
      isReady = results.value(ready) == 1;
    }
    if (read < 0) {
      // An empty chunk: there is something, the next list reads it.
      return isReady && ready >= 0 ? new Chunk(new byte[0], false) : Chunk.NONE;
    }
    if (results.failed(read)) {
      Errno errno = results.errno(read);
      boolean passing = errno.equals(Errno.EAGAIN) || errno.equals(Errno.EINTR);
      if (passing) {
        return Chunk.NONE;
      }
      // Whoever starts the logger again and again would not know why.
      warnings.warn("unable to read from stdin: " + errno.text());
      return new Chunk(null, true);
    }
    byte[] bytes = results.buffer(read);
    return bytes.length == 0 ? new Chunk(null, true) : new Chunk(bytes, false);
  }

  @Override
  public boolean hungUp() {
    return false;
  }

  @Override
  public void dealtWith(int count) {
    // It has been taken when it was read.
  }

  @Override
  public boolean givesAgain() {
    return false;
  }

  @Override
  public long available() {
    return new Files(posix).readable(0);
  }

  @Override
  public void close(boolean taking) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(0));
    posix.call(calls);
  }
}
