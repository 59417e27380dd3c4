package s6j.init;

import java.io.IOException;
import java.nio.file.Path;
import s6j.logging.commands.LoggerRuntimes;
import s6j.posix.Bytes;
import s6j.posix.Posix;
import s6j.posix.shim.ShimServer;

/**
 * The runtime of one user's loggers: it runs as that user, serves the loggers that come to its
 * socket, and ends a moment after the last of them.
 */
final class LoggerRuntime {
  /** Set in the options that the shim starts it with. */
  static final String PROPERTY = "s6j.loggers";

  /** How long it waits for another logger, such as one that was starting when the last ended. */
  private static final long LINGER_MS = 50;

  private int serving;

  private LoggerRuntime() {}

  /** Serves the process that has started it, and others, until none is left. */
  static void serve(Posix first) throws IOException {
    LoggerRuntime runtime = new LoggerRuntime();
    runtime.enter();
    Bytes directory = first.info().environment().get(LoggerRuntimes.VARIABLE);
    Path socket = Path.of(directory.slash("socket").toString());
    // The socket stays when this ends: who finds it finds that nobody listens. Whoever removed it
    // might remove that of the next runtime.
    ShimServer.listen(socket, runtime::run);
    runtime.runEntered(first);
    runtime.awaitEnd();
  }

  private void run(Posix process) {
    enter();
    Thread.ofVirtual().start(() -> runEntered(process));
  }

  private void runEntered(Posix process) {
    try {
      Programs.chain().serve(process);
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    serving++;
    notifyAll();
  }

  private synchronized void leave() {
    serving--;
    notifyAll();
  }

  private synchronized void awaitEnd() {
    try {
      do {
        while (serving > 0) {
          wait();
        }
        wait(LINGER_MS);
      } while (serving > 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
