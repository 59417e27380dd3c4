package s6j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.shim.ShimServer;

/**
 * Lets a test act in a process of the shim without a command around it, and counts the exchanges
 * with that process.
 */
public final class ShimProcessRun {
  private static final long PATIENCE_SECONDS = 60;

  private ShimProcessRun() {}

  /** What a test does in the process. */
  public interface Act {
    void in(Posix posix) throws Exception;
  }

  /**
   * Starts a process, acts in it, and lets it exit.
   *
   * @param starter words that the program is started by, such as {@code setpriv --reuid 1000}; may
   *     be empty
   * @return how many exchanges that took
   * @throws Exception whatever {@code act} throws
   */
  public static int run(Act act, String... starter) throws Exception {
    Path directory = Files.createTempDirectory("s6j-process");
    CompletableFuture<Integer> done = new CompletableFuture<>();
    ShimServer server =
        ShimServer.listen(directory.resolve("socket"), posix -> serve(posix, act, done));
    try {
      // The process may be that of another user.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setPosixFilePermissions(
          directory.resolve("socket"), PosixFilePermissions.fromString("rw-rw-rw-"));
      start(directory, starter);
      return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception exception) {
        throw exception;
      }
      throw (Error) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("still running after " + PATIENCE_SECONDS + " s", e);
    } finally {
      server.close();
      Files.deleteIfExists(directory.resolve("socket"));
      Files.delete(directory);
    }
  }

  private static void start(Path directory, String... starter) throws IOException {
    String[] words = java.util.Arrays.copyOf(starter, starter.length + 1);
    words[starter.length] = Shim.path().toString();
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("S6J_SOCKET", directory.resolve("socket").toString());
    builder.start();
  }

  private static void serve(Posix posix, Act act, CompletableFuture<Integer> done) {
    Counting counting = new Counting(posix, new AtomicInteger());
    try (counting) {
      act.in(counting);
      posix.exit(0);
      done.complete(counting.count().get());
    } catch (Exception | Error e) {
      done.completeExceptionally(e);
    }
  }

  /** Counts the lists of calls. */
  private static final class Counting extends ForwardingPosix {
    private final AtomicInteger count;

    Counting(Posix posix, AtomicInteger count) {
      super(posix);
      this.count = count;
    }

    AtomicInteger count() {
      return count;
    }

    @Override
    public Results call(CallList calls) throws PosixException {
      count.incrementAndGet();
      return super.call(calls);
    }
  }
}
