package s6j.plugin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the server get. */
class HttpServerTest {
  private static HttpServer.Answer answer(String path) {
    return switch (path) {
      case "/here" -> HttpServer.Answer.text(200, "h\u00e9re\n");
      case "/broken" -> throw new IllegalStateException("a detail");
      default -> null;
    };
  }

  private static String ask(String request) throws IOException {
    try (HttpServer server = HttpServer.listen("127.0.0.1:0", HttpServerTest::answer);
        Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void get_has_the_content_and_head_only_its_size() throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n"
            + "Connection: close\r\n\r\n";
    assertEquals(head + "h\u00e9re\n", ask("GET /here HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertEquals(head + "h\u00e9re\n", ask("GET /here?a=b HTTP/1.0\n\n"));
    assertEquals(head, ask("HEAD /here HTTP/1.1\r\n\r\n"));
  }

  @Test
  void other_requests_get_a_status_that_says_why() throws IOException {
    assertTrue(ask("GET /other HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 404 Not Found\r\n"));
    assertTrue(ask("POST /here HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 405 "));
    assertTrue(ask("hello\r\n\r\n").startsWith("HTTP/1.1 400 "));
    assertTrue(ask("GET /" + "x".repeat(9000) + " HTTP/1.1\r\n").startsWith("HTTP/1.1 400 "));
    String broken = ask("GET /broken HTTP/1.1\r\n\r\n");
    assertTrue(broken.startsWith("HTTP/1.1 500 "), broken);
    assertTrue(broken.endsWith("\r\n\r\nsomething went wrong\n"), broken);
  }

  @Test
  void it_listens_at_a_unix_socket_and_replaces_what_an_earlier_one_has_left(
      @TempDir Path directory) throws IOException {
    Path path = directory.resolve("socket");
    for (int i = 0; i < 2; i++) {
      try (HttpServer server = HttpServer.listen("unix:" + path, HttpServerTest::answer);
          SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        assertEquals(0, server.port());
        client.connect(UnixDomainSocketAddress.of(path));
        client.write(
            ByteBuffer.wrap("GET /here HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(15);
        while (answer.hasRemaining() && client.read(answer) >= 0) {
          assertTrue(answer.position() > 0);
        }
        assertEquals("HTTP/1.1 200 OK", new String(answer.array(), StandardCharsets.UTF_8));
      }
      assertTrue(Files.exists(path));
    }
    Path file = Files.writeString(directory.resolve("file"), "mine");
    assertThrows(
        IOException.class, () -> HttpServer.listen("unix:" + file, HttpServerTest::answer));
    assertEquals("mine", Files.readString(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", "host:x", "host:65536", "unix:socket", "host:-1"})
  void an_address_that_is_none_is_named_with_what_was_expected(String address) {
    assertEquals(
        "expected HOST:PORT, :PORT or unix:/PATH, got \"" + address + "\"",
        assertThrows(
                IllegalArgumentException.class,
                () -> HttpServer.listen(address, HttpServerTest::answer))
            .getMessage());
  }

  @Test
  void a_port_that_is_taken_is_named() throws IOException {
    try (HttpServer server = HttpServer.listen("127.0.0.1:0", HttpServerTest::answer)) {
      String address = "127.0.0.1:" + server.port();
      assertEquals(
          "unable to listen at " + address + ": Address already in use",
          assertThrows(IOException.class, () -> HttpServer.listen(address, HttpServerTest::answer))
              .getMessage());
    }
  }

  @Test
  void a_host_that_nobody_knows_is_said_so() {
    assertEquals(
        "unable to listen at nobody.invalid:80: unknown host",
        assertThrows(
                IOException.class,
                () -> HttpServer.listen("nobody.invalid:80", HttpServerTest::answer))
            .getMessage());
  }
}
