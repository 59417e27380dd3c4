package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.TcpReceiver;

/** The end of a stream; what it does when receivers fail is shown where it is used. */
class StreamTest {
  private static final long PAUSE_MILLIS = 300;

  @Test
  void close_waits_until_the_receiver_has_read_everything() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Integer> count = new CompletableFuture<>();
      Thread.ofPlatform().daemon().start(() -> readAllThenPause(server, count));
      Stream stream = stream(server.getLocalPort());
      stream.send(new byte[3_000_000]);
      long before = System.nanoTime();
      stream.close();
      long took = System.nanoTime() - before;
      assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS - 50), took + " ns");
      assertEquals(3_000_000, count.get(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void close_does_not_wait_for_ever_for_a_receiver_that_keeps_the_connection() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Stream stream = stream(server.getLocalPort());
      stream.send(new byte[3]);
      stream.close();
      try (Socket connection = server.accept()) {
        assertEquals(3, connection.getInputStream().readAllBytes().length);
      }
    }
  }

  @Test
  void after_close_there_is_a_new_connection() throws Exception {
    try (TcpReceiver receiver = new TcpReceiver(0)) {
      Stream stream = stream(receiver.port());
      stream.close();
      assertEquals(0, receiver.connections());
      stream.send("one ".getBytes(StandardCharsets.US_ASCII));
      stream.send("two ".getBytes(StandardCharsets.US_ASCII));
      stream.close();
      assertEquals("one two ", new String(receiver.all(), StandardCharsets.US_ASCII));
      stream.send("three".getBytes(StandardCharsets.US_ASCII));
      stream.close();
      Await.until(() -> receiver.connections() == 2, receiver::connections);
      assertEquals("one two three", new String(receiver.all(), StandardCharsets.US_ASCII));
    }
  }

  private static Stream stream(int port) throws Exception {
    Address to = Address.parse("to", "tcp://127.0.0.1:" + port, Map.of("tcp", 1), "an address");
    return new Stream(to.toString(), () -> Connection.tcp(to, 60_000));
  }

  private static void readAllThenPause(ServerSocket server, CompletableFuture<Integer> count) {
    try (Socket connection = server.accept();
        InputStream in = connection.getInputStream()) {
      int length = in.readAllBytes().length;
      Thread.sleep(PAUSE_MILLIS);
      count.complete(length);
    } catch (IOException | InterruptedException e) {
      count.completeExceptionally(e);
    }
  }
}
