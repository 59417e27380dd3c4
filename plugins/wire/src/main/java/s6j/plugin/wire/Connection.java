package s6j.plugin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A stream to a receiver: TCP, TLS, or a Unix socket. Of one thread; an interrupt closes it ({@link
 * Interruptible}).
 */
public final class Connection implements AutoCloseable {
  /** So little is written at a time that a slow receiver takes it within the timeout. */
  private static final int PIECE = 16 << 10;

  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  private Connection(SocketChannel channel, InputStream in, OutputStream out) {
    this.channel = channel;
    this.in = in;
    this.out = out;
  }

  /**
   * Connects by TCP to the first address of the host that takes the connection.
   *
   * @param timeoutMillis how long each address has for its answer, and how long any later read may
   *     take; 0 for without end
   * @throws IOException when there is none; the message names the address and the reason
   */
  public static Connection tcp(Address to, int timeoutMillis) throws IOException {
    SocketChannel channel = connected(to, timeoutMillis);
    try {
      return new Connection(
          channel, channel.socket().getInputStream(), channel.socket().getOutputStream());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Connects as {@link #tcp} does, and agrees on TLS with a receiver whose certificate is of the
   * host.
   */
  public static Connection tls(Address to, int timeoutMillis, SSLSocketFactory trusted)
      throws IOException {
    SocketChannel channel = connected(to, timeoutMillis);
    try {
      SSLSocket socket =
          (SSLSocket) trusted.createSocket(channel.socket(), to.host(), to.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new Connection(channel, socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      channel.close();
      throw unable("agree on TLS with", to, e);
    }
  }

  /**
   * Connects to a Unix stream socket.
   *
   * @throws IOException when nobody listens there; the message names the path
   */
  public static Connection unix(Path path) throws IOException {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
      return new Connection(
          channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    } catch (IOException e) {
      throw unable("connect to", path, e);
    }
  }

  /** What the receiver sends. */
  public InputStream in() {
    return in;
  }

  /** What the receiver gets. Not buffered. */
  public OutputStream out() {
    return out;
  }

  /**
   * Writes all of it. A write of Java has no timeout; without one, a receiver that has stopped to
   * read would be waited for without end, and without a word.
   *
   * @param timeoutMillis how long the receiver may take nothing
   * @throws SocketTimeoutException when it has taken nothing for so long; the connection is closed
   */
  void write(byte[] bytes, int timeoutMillis) throws IOException {
    AtomicLong since = new AtomicLong(System.nanoTime());
    AtomicBoolean late = new AtomicBoolean();
    Thread watch = Thread.ofVirtual().start(() -> closeWhenLate(since, timeoutMillis, late));
    try {
      for (int from = 0; from < bytes.length; from += PIECE) {
        out.write(bytes, from, Math.min(PIECE, bytes.length - from));
        since.set(System.nanoTime());
      }
    } catch (IOException e) {
      if (late.get()) {
        throw new SocketTimeoutException("nothing was taken for " + timeoutMillis + " ms");
      }
      throw e;
    } finally {
      watch.interrupt();
    }
  }

  private void closeWhenLate(AtomicLong since, int timeoutMillis, AtomicBoolean late) {
    try {
      long left = timeoutMillis;
      while (left > 0) {
        Thread.sleep(left);
        left = timeoutMillis - (System.nanoTime() - since.get()) / 1_000_000;
      }
      late.set(true);
      close();
    } catch (InterruptedException _) {
      // All has been written, or cannot be.
    }
  }

  /**
   * Has a receiver that never sends anything closed the connection? What is written after that
   * would be accepted by the kernel, and lost. Does not block. Not for TLS.
   */
  public boolean isClosedByReceiver() throws IOException {
    ByteBuffer ignored = ByteBuffer.allocate(256);
    channel.configureBlocking(false);
    try {
      int count = channel.read(ignored);
      while (count > 0) {
        count = channel.read(ignored.clear());
      }
      return count < 0;
    } catch (IOException _) {
      return true;
    } finally {
      if (channel.isOpen()) {
        channel.configureBlocking(true);
      }
    }
  }

  /**
   * Says that nothing more will come, and closes. Over TCP it waits before until the receiver has
   * closed its side, so has read everything, but not longer than 2 seconds. In a Unix socket what
   * was written is with the receiver already.
   */
  public void finish() throws IOException {
    try (this) {
      if (channel.getRemoteAddress() instanceof InetSocketAddress) {
        channel.shutdownOutput();
        channel.socket().setSoTimeout(2000);
        byte[] ignored = new byte[256];
        while (in.read(ignored) >= 0) {
          continue;
        }
      }
    } catch (SocketTimeoutException _) {
      // It keeps the connection open, although there is nothing that could come.
    }
  }

  /** Closes at once. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing is lost by it: whoever wants to know uses finish.
    }
  }

  private static SocketChannel connected(Address to, int timeoutMillis) throws IOException {
    IOException failure = null;
    for (InetAddress address : to.resolve()) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.socket().connect(new InetSocketAddress(address, to.port()), timeoutMillis);
        channel.socket().setSoTimeout(timeoutMillis);
        return channel;
      } catch (IOException e) {
        channel.close();
        failure = e;
      }
    }
    throw unable("connect to", to, failure);
  }

  private static IOException unable(String what, Object to, IOException why) {
    return new IOException("unable to " + what + " " + to + ": " + reason(why), why);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
