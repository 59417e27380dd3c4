package s6j.testing.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import s6j.posix.Posix;
import s6j.posix.shim.ShimProcess;
import s6j.posix.shim.ShimServer;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.Shim;

/** Processes of the shim, under a name that is no command, served by a test. */
final class ShimCommands implements AutoCloseable {
  private final Path directory;
  private final ShimServer server;
  private volatile Consumer<ShimProcess> handler;
  private Process shared;

  ShimCommands() throws IOException {
    directory = Files.createTempDirectory("s6j-contract");
    Files.createSymbolicLink(directory.resolve("contract"), Shim.path());
    server = ShimServer.listen(directory.resolve("socket"), process -> handler.accept(process));
  }

  private Map<String, String> environment() {
    return Map.of(
        "CONTRACT",
        "given",
        "PATH",
        "/usr/bin:/bin:/usr/sbin:/sbin",
        "S6J_SOCKET",
        directory.resolve("socket").toString());
  }

  /** Has a new process do it. */
  Outcome outcomeOf(Scenario scenario) {
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    handler =
        process -> {
          try (process) {
            scenario.run(process);
            failure.complete(null);
          } catch (s6j.posix.DisconnectedException e) {
            failure.complete(null);
          } catch (Exception e) {
            failure.complete(e);
          }
        };
    Outcome outcome =
        CommandRunner.runProgram(
            Path.of("/"),
            "",
            environment(),
            directory.resolve("contract").toString(),
            "one",
            "two");
    Exception reason = failure.join();
    if (reason != null) {
      throw new AssertionError(reason);
    }
    return outcome;
  }

  /** A process that is there until the end of the tests. */
  Posix shared() throws Exception {
    CompletableFuture<Posix> connected = new CompletableFuture<>();
    handler = connected::complete;
    ProcessBuilder builder =
        new ProcessBuilder(directory.resolve("contract").toString(), "one", "two");
    builder.environment().clear();
    builder.environment().putAll(environment());
    shared = builder.inheritIO().start();
    return connected.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    if (shared != null) {
      shared.destroy();
    }
    server.close();
    Files.delete(directory.resolve("contract"));
    Files.delete(directory);
  }
}
