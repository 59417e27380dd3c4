package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as servers may write them. */
class HttpAnswersTest {
  @Test
  void a_body_has_the_length_that_is_said() throws Exception {
    InputStream in = in("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No\r\n\r\n");
    HttpResponse first = HttpResponse.read(in);
    assertEquals(200, first.status());
    assertEquals("OK", first.reason());
    assertEquals("abc", first.body());
    assertTrue(first.keepsOpen());
    HttpResponse second = HttpResponse.read(in);
    assertEquals(204, second.status());
    assertEquals("", second.body());
    assertEquals(-1, in.read());
  }

  @Test
  void a_body_comes_in_chunks() throws Exception {
    InputStream in =
        in(
            "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nnext");
    HttpResponse response = HttpResponse.read(in);
    assertEquals("abc0123456789", response.body());
    assertTrue(response.keepsOpen());
    assertEquals("next", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
  }

  @Test
  void a_body_without_a_length_ends_with_the_connection() throws Exception {
    HttpResponse response = HttpResponse.read(in("HTTP/1.1 500 \r\n\r\nabc"));
    assertEquals("abc", response.body());
    assertEquals(false, response.keepsOpen());
  }

  @Test
  void after_http_1_0_and_when_it_is_said_the_connection_is_closed() throws Exception {
    assertEquals(
        false, HttpResponse.read(in("HTTP/1.0 200 OK\nContent-Length: 0\n\n")).keepsOpen());
    assertEquals(
        false,
        HttpResponse.read(in("HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n"))
            .keepsOpen());
  }

  @Test
  void an_answer_that_is_still_to_come_is_waited_for() throws Exception {
    HttpResponse response =
        HttpResponse.read(
            in("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX: 1\r\n\r\n"));
    assertEquals(204, response.status());
    assertEquals("1", response.fields().get("x"));
  }

  @Test
  void of_a_large_body_the_beginning_is_kept_and_the_rest_read() throws Exception {
    InputStream in =
        in("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000) + "next");
    assertEquals(64 * 1024, HttpResponse.read(in).body().length());
    assertEquals("next", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        "HTTP/1.1 099 X\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "220 mail ESMTP\r\n"
      })
  void what_is_no_answer_or_is_cut_is_a_failure(String text) {
    assertThrows(IOException.class, () -> HttpResponse.read(in(text)));
  }

  @Test
  void an_answer_without_end_is_a_failure() {
    assertThrows(
        IOException.class, () -> HttpResponse.read(in("HTTP/1.1 200 " + "x".repeat(20_000))));
    assertThrows(
        IOException.class,
        () -> HttpResponse.read(in("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(1000) + "\r\n")));
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
