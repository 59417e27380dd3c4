package s6j.posix.shim;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import s6j.posix.Bytes;
import s6j.posix.DisconnectedException;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.ProtocolException;

/**
 * Where commands, and the forks of processes, connect to. Every connection has a virtual thread. A
 * client is not trusted: it has a share of the connections for its user, must greet in time, and
 * loses its own connection when it does not speak the protocol.
 */
public final class ShimServer implements Forks, AutoCloseable {
  /**
   * How many connections one user may have at a time; root, who could do anything else as well, has
   * no limit.
   */
  public static final int CONNECTIONS_PER_USER = 256;

  private static final long FORK_PATIENCE_SECONDS = 10;

  private final Path path;
  private final ServerSocketChannel listener;
  private final Consumer<ShimProcess> handler;
  private final Map<Long, CompletableFuture<ShimProcess>> expected = new HashMap<>();
  private final Map<String, Integer> connections = new HashMap<>();
  private SecureRandom random;

  private ShimServer(Path path, ServerSocketChannel listener, Consumer<ShimProcess> handler) {
    this.path = path;
    this.listener = listener;
    this.handler = handler;
  }

  /**
   * Listens at a path, replacing what an earlier run has left there.
   *
   * @param handler serves a command on a thread of its own; the connection is closed when it
   *     returns
   */
  public static ShimServer listen(Path path, Consumer<ShimProcess> handler) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path), 1024);
    ShimServer server = new ShimServer(path, listener, handler);
    Thread.ofVirtual().name("commands").start(server::acceptAll);
    return server;
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        Thread.ofVirtual().start(() -> serve(channel));
      } catch (IOException e) {
        pause();
      }
    }
  }

  /** Out of descriptors, most likely: the next attempt waits for some to be closed. */
  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) {
    String user = null;
    try (channel) {
      user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      if (!admit(user)) {
        user = null;
        return;
      }
      ShimProcess process =
          ShimProcess.greet(new ChannelInput(channel), new ChannelOutput(channel), this);
      if (process.info().kind() == ProcessInfo.Kind.FORK) {
        meetFork(process);
      } else {
        handler.accept(process);
      }
    } catch (IOException | ProtocolException | DisconnectedException e) {
      // The client did not speak the protocol, or went away: its connection is closed, which tells
      // it.
    } finally {
      leave(user);
    }
  }

  private synchronized boolean admit(String user) {
    int open = connections.getOrDefault(user, 0);
    if (open >= CONNECTIONS_PER_USER && !"root".equals(user) && !"0".equals(user)) {
      return false;
    }
    connections.put(user, open + 1);
    return true;
  }

  private synchronized void leave(String user) {
    if (user != null) {
      connections.merge(user, -1, (open, one) -> open == 1 ? null : open - 1);
    }
  }

  /** Hands the fork to whoever expects it, and keeps the connection until that is done with it. */
  private void meetFork(ShimProcess process) {
    CompletableFuture<ShimProcess> meeting;
    synchronized (this) {
      meeting = expected.get(process.info().token());
    }
    if (meeting != null && meeting.complete(process)) {
      process.awaitClose();
    }
  }

  @Override
  public Bytes socket() {
    return Bytes.of(path.toString());
  }

  @Override
  public synchronized long expect() {
    if (random == null) {
      random = new SecureRandom();
    }
    long token;
    do {
      token = random.nextLong();
    } while (expected.putIfAbsent(token, new CompletableFuture<>()) != null);
    return token;
  }

  @Override
  public ShimProcess meet(long token) throws PosixException {
    CompletableFuture<ShimProcess> meeting;
    synchronized (this) {
      meeting = expected.get(token);
    }
    try {
      return meeting.get(FORK_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new PosixException(Errno.ETIMEDOUT, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosixException(Errno.EINTR, -1);
    }
  }

  @Override
  public synchronized void forget(long token) {
    expected.remove(token);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(path);
  }

  /**
   * A channel as a stream, without the locks and buffers of those in java.nio.channels.Channels.
   */
  private static final class ChannelInput extends InputStream {
    private final SocketChannel channel;

    ChannelInput(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(to, offset, length));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static final class ChannelOutput extends OutputStream {
    private final SocketChannel channel;

    ChannelOutput(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(from, offset, length);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
  }
}
