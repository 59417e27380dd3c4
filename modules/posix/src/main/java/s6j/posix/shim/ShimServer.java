package s6j.posix.shim;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
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
 * Where commands, and the forks of processes, connect to. A client is not trusted: it has a share
 * of the connections for its user, must greet in time, and loses its own connection when it does
 * not speak the protocol.
 */
public final class ShimServer implements Forks, AutoCloseable {
  /** How long a client may take to greet. */
  public static final Duration GREETING_PATIENCE = Duration.ofSeconds(10);

  private static final long FORK_PATIENCE_SECONDS = 10;

  private final Path path;
  private final ServerSocketChannel listener;
  private final Consumer<ShimProcess> handler;
  private final Map<Long, CompletableFuture<ShimProcess>> expected = new HashMap<>();
  private final Guests guests = new Guests();
  private final LateGreetings late;
  private SecureRandom random;

  private ShimServer(
      Path path,
      ServerSocketChannel listener,
      Consumer<ShimProcess> handler,
      Duration greetingPatience) {
    this.path = path;
    this.listener = listener;
    this.handler = handler;
    this.late = new LateGreetings(greetingPatience);
  }

  /**
   * Has the JDK make ready what it needs for connections: to be called on another thread than the
   * one that listens, at the same time. The random numbers that it wants for the first socket take
   * as long as all the rest of it.
   */
  public static void prepare() {
    try {
      SecureRandom.getInstance(NameSource.ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      // The JDK does without, then.
    }
    try (SocketChannel unconnected = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      ByteBuffer byteOfNobody = ByteBuffer.allocate(1);
      try {
        unconnected.read(byteOfNobody);
      } catch (NotYetConnectedException e) {
        // What reading needs is loaded; next what writing does.
      }
      unconnected.write(byteOfNobody);
    } catch (NotYetConnectedException e) {
      // All that connections will need is loaded.
    } catch (IOException e) {
      // Whoever listens will be told.
    }
  }

  /**
   * Listens at a path, replacing what an earlier run has left there.
   *
   * @param handler serves a command on the thread that it is called on; who stays for long goes on
   *     on another. It closes the process in the end; when it throws, that is done here
   */
  public static ShimServer listen(Path path, Consumer<ShimProcess> handler) throws IOException {
    return listen(path, handler, GREETING_PATIENCE);
  }

  static ShimServer listen(Path path, Consumer<ShimProcess> handler, Duration greetingPatience)
      throws IOException {
    Files.deleteIfExists(path);
    loadAddresses();
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path), 1024);
    ShimServer server = new ShimServer(path, listener, handler, greetingPatience);
    new Waiters(listener, server::serve).start();
    server.late.start();
    return server;
  }

  /**
   * What the first socket needs besides random numbers, which another thread may be looking for.
   */
  private static void loadAddresses() {
    InetAddress.getLoopbackAddress();
    ExtendedSocketOptions.SO_PEERCRED.name();
  }

  private void serve(SocketChannel channel) {
    Guests.Guest guest = null;
    boolean served = false;
    try {
      guest = guests.admit(channel);
      if (guest != null) {
        serve(guest, channel);
        served = true;
      }
    } catch (IOException | ProtocolException | DisconnectedException e) {
      // The client did not speak the protocol, or went away: its connection is closed, which tells
      // it.
    } finally {
      if (!served) {
        close(guest);
      }
    }
  }

  private void serve(Guests.Guest guest, SocketChannel channel) throws IOException {
    InputStream in = new ChannelInput(channel, guest);
    LateGreetings.Expected greeting = late.expect(channel);
    int size = Frame.length(in, Wire.HELLO_MAX);
    if (!guest.mayGreet(size)) {
      guest.close();
      return;
    }
    ProcessInfo info = Frame.ofLength(in, size).hello();
    greeting.arrived();
    ShimProcess process = ShimProcess.of(in, new ChannelOutput(channel), this, info);
    if (info.kind() == ProcessInfo.Kind.FORK) {
      meetFork(process);
    } else {
      handler.accept(process);
    }
  }

  private static void close(Guests.Guest guest) {
    if (guest != null) {
      try {
        guest.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }
  }

  /** Hands the fork to whoever expects it, who closes it. */
  private void meetFork(ShimProcess process) {
    CompletableFuture<ShimProcess> meeting;
    synchronized (this) {
      meeting = expected.get(process.info().token());
    }
    if (meeting == null || !meeting.complete(process)) {
      process.close();
    }
  }

  Path path() {
    return path;
  }

  /** Waits until all that have connected are gone. */
  void awaitNobody() {
    guests.awaitNone();
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
      if (!meeting.cancel(false)) {
        // It has come in the very last moment, and its connection waits for us to be done with it.
        return meeting.join();
      }
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
    late.close();
    Files.deleteIfExists(path);
  }

  /**
   * A channel as a stream, without the locks and buffers of those in java.nio.channels.Channels.
   */
  private static final class ChannelInput extends InputStream {
    private final SocketChannel channel;
    private final Guests.Guest guest;

    ChannelInput(SocketChannel channel, Guests.Guest guest) {
      this.channel = channel;
      this.guest = guest;
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
      guest.close();
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
