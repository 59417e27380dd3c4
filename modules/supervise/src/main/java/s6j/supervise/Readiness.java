package s6j.supervise;

import s6j.posix.Bytes;
import s6j.posix.Files;
import s6j.posix.PosixException;

/** The pipe on which a run says that it is ready. Loop thread only. */
final class Readiness {
  private final EventLoop loop;
  private final long tag;
  private final Runnable ready;
  private int fd = -1;

  /**
   * One that is not listened to yet.
   *
   * @param tag by which init knows the pipe
   * @param ready what is done when it says so
   */
  Readiness(EventLoop loop, long tag, Runnable ready) {
    this.loop = loop;
    this.tag = tag;
    this.ready = ready;
  }

  /** Listens to this end of a pipe, which is its own from now on. */
  void listen(int end) throws PosixException {
    fd = end;
    loop.watch(
        end,
        tag,
        (bytes, endOfFile) -> {
          boolean line = Bytes.of(bytes).contains('\n');
          if (line) {
            ready.run();
          }
          // Behind the status: what is no longer watched is not told to the next JVM, if this one
          // dies now.
          if (line || endOfFile) {
            stop();
          }
        });
  }

  /** Goes on listening where an earlier JVM has died; {@code running} tells whether run runs. */
  void adopt(boolean running) throws PosixException {
    int end = loop.takeHeld(tag);
    if (end >= 0) {
      listen(end);
      if (!running) {
        stop();
      }
    }
  }

  /** Listens no longer. */
  void stop() {
    if (fd >= 0) {
      loop.unwatch(fd, tag);
      new Files(loop.posix()).close(fd);
      fd = -1;
    }
  }
}
