package s6j.plugin.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what comes over TCP, from all connections one after the other. */
public final class TcpReceiver implements AutoCloseable {
  private final ServerSocket server;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new CopyOnWriteArrayList<>();
  private final Thread acceptor;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  /**
   * Listens on this port of an address.
   *
   * @param port 0 for a free one
   */
  public TcpReceiver(InetAddress address, int port) throws IOException {
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(address, port));
    acceptor = started(this::accept);
  }

  /** Listens on this port of the loopback interface. */
  public TcpReceiver(int port) throws IOException {
    this(InetAddress.getLoopbackAddress(), port);
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /** All that has come. */
  public byte[] received() {
    synchronized (received) {
      return received.toByteArray();
    }
  }

  /** Waits until somebody has connected and all connections have ended: what has come then. */
  public byte[] all() {
    Await.until(
        () -> !connections.isEmpty() && readers.stream().noneMatch(Thread::isAlive),
        () -> readers.size() + " connections");
    return received();
  }

  /** How often somebody has connected. */
  public int connections() {
    return connections.size();
  }

  /** Closes the connections that there are, and goes on listening. */
  public void hangUp() throws IOException {
    for (Socket each : connections) {
      each.close();
    }
  }

  /** When this has returned, nobody listens there any more. */
  @Override
  public void close() throws IOException {
    server.close();
    hangUp();
    try {
      acceptor.join();
      for (Thread each : readers) {
        each.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // No virtual thread: a socket that one of these waits for is open until it has noticed.
  private static Thread started(Runnable work) {
    return Thread.ofPlatform().daemon().start(work);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        readers.add(started(() -> keep(socket)));
        connections.add(socket);
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void keep(Socket socket) {
    try (socket;
        InputStream in = socket.getInputStream()) {
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        synchronized (received) {
          received.write(buffer, 0, count);
        }
      }
    } catch (IOException _) {
      // What came until then is what counts.
    }
  }
}
