package s6j.posix.jnr;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import s6j.posix.DisconnectedException;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * The one thread that is "the process" for those who ask it for calls. The kernel keeps user and
 * group ids by thread, and an execve goes on with those of the thread that makes it; so all calls
 * are made here.
 */
final class ProcessThread implements AutoCloseable {
  private static final long CLONE_FS = 0x200;

  private final ExecutorService executor;

  /** What is done on the thread. */
  interface Work<T> {
    T run() throws PosixException;
  }

  ProcessThread(boolean mayUnshare) {
    executor =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("posix").factory());
    // Working directory and umask are kept apart from the JVM's where that is allowed. Docker's
    // seccomp profile forbids it, and there they are the whole JVM's.
    if (mayUnshare) {
      executor.execute(() -> Native.attempt(Syscall.UNSHARE, CLONE_FS));
    }
  }

  /** Does it on the thread, and waits, also when interrupted meanwhile. */
  <T> T run(Work<T> work) throws PosixException {
    Future<T> done;
    try {
      done = executor.submit(work::run);
    } catch (RejectedExecutionException e) {
      throw new DisconnectedException("closed");
    }
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          return done.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static PosixException unwrapped(Throwable cause) {
    return switch (cause) {
      case PosixException posix -> posix;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(cause);
    };
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
