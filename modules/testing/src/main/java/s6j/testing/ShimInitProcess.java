package s6j.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import s6j.posix.shim.LoneForks;
import s6j.posix.shim.ShimInit;
import s6j.testing.CommandRunner.Outcome;

/**
 * The shim as init, below the JVM of the test, which takes the part of the JVM that it starts: a
 * small program in that one's place passes the connection on.
 */
public final class ShimInitProcess implements AutoCloseable {
  private final Path home;
  private final Path out;
  private final Path err;
  private final ServerSocketChannel listener;
  private final Process process;
  private SocketChannel connection;
  private ShimInit init;

  /** Builds and starts one. */
  public ShimInitProcess() throws IOException {
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

  private static final String HOME_TO_REPLACE = "/tmp/s6j-home-0123456789abcdef";
  private static byte[] shimOfHome;
  private static byte[] relay;

  /** The shim with its home in a directory of its own; it is compiled once, for any home. */
  private static Path build() throws IOException {
    compileOnce();
    String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path home = Files.createDirectory(Path.of("/tmp/s6j-home-" + name));
    Files.createDirectories(home.resolve("runtime/bin"));
    program(home.resolve("runtime/bin/s6j-init"), relay);
    String shim = new String(shimOfHome, StandardCharsets.ISO_8859_1);
    program(
        home.resolve("init"),
        shim.replace(HOME_TO_REPLACE, home.toString()).getBytes(StandardCharsets.ISO_8859_1));
    return home;
  }

  private static void program(Path path, byte[] content) throws IOException {
    // Written by another process: a child that is forked meanwhile would keep the file busy.
    Path source = Files.write(path.resolveSibling(path.getFileName() + ".new"), content);
    try {
      new ProcessBuilder("install", "-m", "755", source.toString(), path.toString())
          .inheritIO()
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static synchronized void compileOnce() throws IOException {
    if (relay != null) {
      return;
    }
    Path program = Files.createTempFile("s6j-init", "");
    Shim.compile(
        Shim.checkout().resolve("modules/shim/shim.c"),
        program,
        "musl-gcc",
        "-static",
        "-Os",
        "-DS6J_HOME=\"" + HOME_TO_REPLACE + "\"");
    shimOfHome = Files.readAllBytes(program);
    Path source = Shim.checkout().resolve("modules/testing/src/main/c/relay.c");
    Shim.compile(source, program, "musl-gcc", "-static", "-Os");
    relay = Files.readAllBytes(program);
    Files.delete(program);
  }

  private void accept() throws IOException {
    connection = listener.accept();
    init =
        (ShimInit)
            ShimInit.greet(
                Channels.newInputStream(connection),
                Channels.newOutputStream(connection),
                new LoneForks());
  }

  /** The connection of the current generation. */
  public ShimInit init() {
    return init;
  }

  /** The JVM dies, and another takes its place. */
  public ShimInit nextGeneration() throws IOException {
    connection.close();
    accept();
    return init;
  }

  /** Waits for its end. */
  public Outcome outcome() throws IOException, InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("init has not ended");
    }
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The pid of the shim. */
  public long pid() {
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
