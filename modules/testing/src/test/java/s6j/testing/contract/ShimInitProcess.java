package s6j.testing.contract;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import s6j.posix.shim.ShimInit;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.Shim;

/**
 * The shim as init, below the JVM of the test, which takes the part of the JVM that it starts: a
 * small program in that one's place passes the connection on.
 */
final class ShimInitProcess implements AutoCloseable {
  private final Path home;
  private final Path out;
  private final Path err;
  private final ServerSocketChannel listener;
  private final Process process;
  private SocketChannel connection;
  private ShimInit init;

  ShimInitProcess() throws IOException {
    home = build();
    out = Files.createTempFile("s6j", ".out");
    err = Files.createTempFile("s6j", ".err");
    Files.deleteIfExists(home.resolve("socket"));
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(home.resolve("socket")));
    ProcessBuilder builder = new ProcessBuilder(home.resolve("init").toString(), "one", "two");
    builder.environment().clear();
    builder.environment().put("CONTRACT", "given");
    process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    accept();
  }

  /** The shim with its home in a directory of its own. */
  private static Path build() throws IOException {
    Path home = Files.createTempDirectory("s6j-home");
    Files.createDirectories(home.resolve("runtime/bin"));
    Path relay = Shim.checkout().resolve("modules/testing/src/test/c/relay.c");
    Shim.compile(relay, home.resolve("runtime/bin/s6j-init"), "musl-gcc", "-static", "-Os");
    Shim.compile(
        Shim.checkout().resolve("modules/shim/shim.c"),
        home.resolve("init"),
        "musl-gcc",
        "-static",
        "-Os",
        "-g",
        "-DS6J_HOME=\"" + home + "\"");
    return home;
  }

  private void accept() throws IOException {
    connection = listener.accept();
    init =
        (ShimInit)
            ShimInit.greet(
                Channels.newInputStream(connection), Channels.newOutputStream(connection));
  }

  ShimInit init() {
    return init;
  }

  /** The JVM dies, and another takes its place. */
  ShimInit nextGeneration() throws IOException {
    connection.close();
    accept();
    return init;
  }

  /** Waits for its end. */
  Outcome outcome() throws IOException, InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("init has not ended");
    }
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    connection.close();
    listener.close();
    Files.delete(out);
    Files.delete(err);
    try (var files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
