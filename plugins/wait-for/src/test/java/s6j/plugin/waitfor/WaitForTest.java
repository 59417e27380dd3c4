package s6j.plugin.waitfor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.spi.Point;
import s6j.spi.StageVeto;

/** What S6_WAIT_FOR means, and when each kind of target is there. */
class WaitForTest {
  @Test
  void words_are_ports_pages_and_files() throws StageVeto {
    assertEquals(
        List.of(
            new Target.Tcp("db", 5432),
            new Target.Tcp("10.0.0.1", 1),
            new Target.Tcp("[::1]", 80),
            new Target.Tcp("my_db", 5432),
            new Target.Http("my_web", 8080, "/"),
            new Target.Http("my_web", 80, "/x"),
            new Target.Http("web", 8080, "/ready?a=b"),
            new Target.Http("web", 80, "/"),
            new Target.Path("/run/ready"),
            new Target.Path("/a b")),
        WaitFor.targets(
            " db:5432 tcp://10.0.0.1:1\n[::1]:80 my_db:5432 http://my_web:8080 http://my_web/x\thttp://web:8080/ready?a=b http://web /run/ready"
                + " file:///a%20b "));
    assertEquals(List.of(), WaitFor.targets(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db",
        "db:",
        "my_db",
        "my_db:",
        "my_db:0",
        "my_db:5x",
        "my_db:-1",
        "a_b:1:2",
        "me@my_db:1",
        "http://my_web:x/",
        "tcp://db",
        "ftp://db:1",
        "https://db",
        "a:b:c",
        "file://host/x",
        "tcp://db:1/x"
      })
  void other_words_are_named_with_what_was_expected(String word) {
    StageVeto veto = assertThrows(StageVeto.class, () -> WaitFor.targets(word));
    assertTrue(veto.getMessage().startsWith("S6_WAIT_FOR: expected "), veto.getMessage());
    assertTrue(veto.getMessage().endsWith("got \"" + word + "\""), veto.getMessage());
    assertEquals(100, veto.code());
  }

  @Test
  void a_port_has_sixteen_bits() {
    assertEquals(
        "S6_WAIT_FOR: expected a port from 1 to 65535, got 65536",
        assertThrows(StageVeto.class, () -> WaitFor.targets("db:65536")).getMessage());
  }

  @Test
  void it_waits_before_init_scripts_unless_told_otherwise() throws StageVeto {
    assertEquals(Point.BEFORE_CONT_INIT, WaitFor.point(""));
    assertEquals(Point.BEFORE_SERVICES, WaitFor.point("services"));
    assertEquals(Point.BEFORE_CMD, WaitFor.point("cmd"));
    assertThrows(StageVeto.class, () -> WaitFor.point("CMD"));
  }

  @Test
  void the_time_limit_is_a_number_of_milliseconds() throws StageVeto {
    assertEquals(60_000, WaitFor.timeout(""));
    assertEquals(5, WaitFor.timeout("5"));
    assertTrue(WaitFor.timeout("0") > 1L << 40);
    assertEquals(
        "S6_WAIT_FOR_TIMEOUT: expected a number of milliseconds, got \"10s\"",
        assertThrows(StageVeto.class, () -> WaitFor.timeout("10s")).getMessage());
    assertThrows(StageVeto.class, () -> WaitFor.timeout("-1"));
  }

  @Test
  void a_port_is_there_when_it_takes_connections() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      assertEquals("", new Target.Tcp("127.0.0.1", port).look());
    }
    assertEquals("connection refused", new Target.Tcp("127.0.0.1", port).look());
    assertEquals("unknown host", new Target.Tcp("no-such-host.invalid", 1).look());
  }

  @Test
  void a_page_is_there_when_its_status_says_so() throws Exception {
    assertEquals("", served("HTTP/1.1 204 No Content\r\n\r\n"));
    assertEquals("", served("HTTP/1.0 302 Found\r\n\r\n"));
    assertEquals(
        "status 503 Service Unavailable", served("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
    assertEquals("no HTTP answer", served("SSH-2.0\r\n"));
    assertEquals("no HTTP answer", served(""));
  }

  private static String served(String answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket client = server.accept()) {
                      byte[] request = new byte[1000];
                      int n = client.getInputStream().read(request);
                      String text = new String(request, 0, n, StandardCharsets.US_ASCII);
                      boolean asked = text.startsWith("GET /x HTTP/1.0\r\n");
                      client
                          .getOutputStream()
                          .write((asked ? answer : text).getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      String seen = new Target.Http("127.0.0.1", server.getLocalPort(), "/x").look();
      serving.join();
      return seen;
    }
  }
}
