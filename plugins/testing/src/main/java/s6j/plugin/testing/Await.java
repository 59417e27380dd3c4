package s6j.plugin.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** Waits for what will be, with a deadline that a busy machine keeps. */
public final class Await {
  private static final String CLOSE_WAIT = "08";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private Await() {}

  /** Until it is so. */
  public static void until(BooleanSupplier condition, Supplier<?> otherwise) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + DEADLINE + ": " + otherwise.get());
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Writes the batch again and again, until that fails with a message that begins so: the network
   * of a busy machine takes a moment to know that nobody listens any more.
   */
  public static void failure(LogDestination destination, List<LogLine> batch, String message) {
    List<String> seen = new ArrayList<>();
    until(
        () -> {
          try {
            destination.write(batch);
          } catch (IOException e) {
            seen.add(e.getMessage());
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return !seen.isEmpty() && seen.getLast().startsWith(message);
        },
        () -> seen);
  }

  /**
   * Until the kernel knows that the connection of a client to this port was closed by the server.
   */
  public static void closedByServer(int port) {
    String end = String.format(":%04X", port);
    until(
        () ->
            Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(file -> connections(Path.of(file)))
                .anyMatch(fields -> fields[2].endsWith(end) && fields[3].equals(CLOSE_WAIT)),
        () -> "no such connection to " + port);
  }

  private static Stream<String[]> connections(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().map(line -> line.strip().split(" +"))
          : Stream.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
