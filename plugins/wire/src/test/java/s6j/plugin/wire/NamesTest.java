package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.TcpReceiver;
import s6j.plugin.testing.UdpReceiver;

/** A receiver may move: after a failure its name is looked up again. */
class NamesTest {
  private static final byte[] BEFORE = "before".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = "after".getBytes(StandardCharsets.US_ASCII);

  @Test
  void a_stream_goes_to_where_the_receiver_is_now() throws Exception {
    int port;
    Stream stream;
    Hosts.are("127.0.0.1 receiver");
    try (TcpReceiver first = new TcpReceiver(address(1), 0)) {
      port = first.port();
      Address to = to("tcp", port);
      stream = new Stream(to.toString(), () -> Connection.tcp(to, 60_000));
      stream.send(BEFORE);
      stream.close();
      assertEquals("before", text(first.all()));
    }
    assertThrows(IOException.class, () -> stream.send(AFTER));
    try (TcpReceiver second = new TcpReceiver(address(2), port)) {
      Hosts.are("127.0.0.2 receiver");
      stream.send(AFTER);
      stream.close();
      assertEquals("after", text(second.all()));
    }
  }

  @Test
  void datagrams_go_to_where_the_receiver_is_now() throws Exception {
    int port;
    Datagrams datagrams;
    Hosts.are("127.0.0.1 receiver");
    try (UdpReceiver first = new UdpReceiver(address(1), 0)) {
      port = first.port();
      datagrams = new Datagrams(to("udp", port));
      datagrams.send(List.of(BEFORE));
      assertEquals("before", text(first.await(1).getFirst()));
    }
    failOnce(datagrams);
    try (UdpReceiver second = new UdpReceiver(address(2), port)) {
      Hosts.are("127.0.0.2 receiver");
      datagrams.send(List.of(AFTER));
      assertEquals("after", text(second.await(1).getFirst()));
    }
    datagrams.close();
  }

  @Test
  void the_next_address_of_a_name_is_tried_when_the_first_does_not_answer() throws Exception {
    try (TcpReceiver receiver = new TcpReceiver(address(3), 0)) {
      Hosts.are("127.0.0.2 receiver\n127.0.0.3 receiver");
      Address to = to("tcp", receiver.port());
      Stream stream = new Stream(to.toString(), () -> Connection.tcp(to, 60_000));
      stream.send(AFTER);
      stream.close();
      assertEquals("after", text(receiver.all()));
    }
  }

  @Test
  void a_name_that_means_nothing_is_a_failure_that_says_so() throws Exception {
    Hosts.are("");
    Address to = Address.parse("to", "tcp://nobody:1", Map.of("tcp", 1), "an address");
    Stream stream = new Stream(to.toString(), () -> Connection.tcp(to, 60_000));
    IOException failure = assertThrows(IOException.class, () -> stream.send(AFTER));
    assertEquals("unable to resolve nobody: no address is known for it", failure.getMessage());
  }

  private static void failOnce(Datagrams datagrams) throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < end) {
      try {
        datagrams.send(List.of(BEFORE));
      } catch (IOException _) {
        return;
      }
    }
    throw new AssertionError("nobody says that nobody listens");
  }

  private static InetAddress address(int last) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private static Address to(String scheme, int port) throws Exception {
    return Address.parse("to", scheme + "://receiver:" + port, Map.of(scheme, 1), "an address");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
