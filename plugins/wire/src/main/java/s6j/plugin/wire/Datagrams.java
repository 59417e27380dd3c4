package s6j.plugin.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;

/**
 * Sends UDP datagrams to one receiver. There is no acknowledgement: that nobody listens is noticed
 * only where the network says so (ICMP), which the own machine always does. Of one thread.
 */
public final class Datagrams {
  /** What fits into one over IPv4. */
  public static final int LARGEST = 65507;

  // A receiver that has moved says nothing, so its name is looked up again from time to time.
  private static final long RESOLVE_AFTER_NANOS = 60_000_000_000L;

  private final Address to;
  private DatagramChannel channel;
  private long openedAt;

  /** To this receiver; nothing is opened yet. */
  public Datagrams(Address to) {
    this.to = to;
  }

  /**
   * Sends them in this order.
   *
   * @throws IOException when one could not be sent, or the receiver's machine says that nobody
   *     listens
   */
  public void send(List<byte[]> datagrams) throws IOException, InterruptedException {
    Interruptible.call(
        () -> {
          try {
            DatagramChannel open = opened();
            for (byte[] datagram : datagrams) {
              open.write(ByteBuffer.wrap(datagram));
            }
            failIfRefused(open);
          } catch (IOException e) {
            close();
            throw new IOException("unable to send to " + to + ": " + reason(e), e);
          }
          return null;
        });
  }

  /** Nothing is kept here, so there is nothing to wait for. */
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException _) {
        // What was sent is sent.
      }
      channel = null;
    }
  }

  private DatagramChannel opened() throws IOException {
    if (channel != null && System.nanoTime() - openedAt > RESOLVE_AFTER_NANOS) {
      close();
    }
    if (channel == null) {
      channel = DatagramChannel.open();
      openedAt = System.nanoTime();
      channel.connect(new InetSocketAddress(to.resolve()[0], to.port()));
    }
    return channel;
  }

  // A read shows the error that an earlier datagram has brought back.
  private static void failIfRefused(DatagramChannel open) throws IOException {
    open.configureBlocking(false);
    open.read(ByteBuffer.allocate(1));
    open.configureBlocking(true);
  }

  private static String reason(IOException e) {
    if (e instanceof java.net.PortUnreachableException) {
      return "nobody listens there";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
