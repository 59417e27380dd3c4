package s6j.plugin.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what comes by UDP. */
public final class UdpReceiver implements AutoCloseable {
  private final DatagramSocket socket;
  private final Thread thread;
  private final List<byte[]> received = new CopyOnWriteArrayList<>();

  /**
   * Listens on this port of an address.
   *
   * @param port 0 for a free one
   */
  public UdpReceiver(InetAddress address, int port) throws IOException {
    socket = new DatagramSocket(port, address);
    socket.setReceiveBufferSize(4 << 20);
    thread = Thread.ofPlatform().daemon().start(this::receive);
  }

  /** Listens on this port of the loopback interface. */
  public UdpReceiver(int port) throws IOException {
    this(InetAddress.getLoopbackAddress(), port);
  }

  /** Where it listens. */
  public int port() {
    return socket.getLocalPort();
  }

  /** The datagrams, in the order in which they came. */
  public List<byte[]> received() {
    return List.copyOf(received);
  }

  /** Waits until there are so many. */
  public List<byte[]> await(int count) {
    Await.until(() -> received.size() >= count, () -> received.size() + " of " + count);
    return received();
  }

  /** When this has returned, nobody listens there any more. */
  @Override
  public void close() {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void receive() {
    byte[] buffer = new byte[65536];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        received.add(Arrays.copyOf(buffer, packet.getLength()));
      }
    } catch (IOException _) {
      // Closed.
    }
  }
}
