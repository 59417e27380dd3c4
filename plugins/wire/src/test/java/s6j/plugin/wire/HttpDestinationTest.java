package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.HttpReceiver;
import s6j.plugin.testing.HttpReceiver.Answer;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogLine;

/** What becomes of a batch, by what the receiver answers. */
class HttpDestinationTest {
  /** The lines as they are, each with a newline. */
  private static final class Plain implements HttpDestination.Protocol {
    final List<String> settled = new ArrayList<>();

    @Override
    public byte[] body(List<LogLine> lines) {
      return (String.join("\n", texts(lines)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void settled(List<LogLine> lines) {
      settled.addAll(texts(lines));
    }

    private static List<String> texts(List<LogLine> lines) {
      return lines.stream().map(line -> new String(line.bytes(), StandardCharsets.UTF_8)).toList();
    }
  }

  private final Plain protocol = new Plain();
  private final List<String> warnings = new ArrayList<>();
  private HttpReceiver receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = new HttpReceiver();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void requests_go_over_one_connection() throws Exception {
    receiver.answer(_ -> new Answer(200, "taken"));
    HttpDestination destination = open();
    for (int i = 0; i < 20; i++) {
      destination.write(Lines.lines("line " + i));
    }
    assertEquals(IntStream.range(0, 20).mapToObj(i -> "line " + i + "\n").toList(), bodies());
    assertEquals(
        1, receiver.requests().stream().mapToInt(each -> each.client()).distinct().count());
  }

  @Test
  void a_receiver_that_is_down_is_a_failure_and_gets_the_batch_when_it_is_back() throws Exception {
    int port = receiver.port();
    HttpDestination destination = open();
    destination.write(Lines.lines("before"));
    receiver.close();
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("during")));
    assertTrue(
        failure.getMessage().startsWith("unable to connect to http://127.0.0.1:" + port + "/p: "),
        failure.getMessage());
    receiver = new HttpReceiver(port);
    destination.write(Lines.lines("during"));
    assertEquals(List.of("during\n"), bodies());
  }

  @Test
  void a_connection_that_the_receiver_has_closed_costs_no_line() throws Exception {
    int port = receiver.port();
    HttpDestination destination = open();
    destination.write(Lines.lines("before"));
    receiver.close();
    receiver = new HttpReceiver(port);
    destination.write(Lines.lines("after"));
    assertEquals(List.of("after\n"), bodies());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_receiver_without_room_gets_the_batch_again_not_before_the_time_it_says(int status)
      throws Exception {
    receiver.answer(_ -> new Answer(status, "no\nroom", "Retry-After", "1"));
    HttpDestination destination = open();
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertTrue(failure.getMessage().contains("/p answered " + status), failure.getMessage());
    assertTrue(failure.getMessage().endsWith(": no"), failure.getMessage());
    receiver.answer(_ -> new Answer(200, ""));
    destination.write(Lines.lines("x"));
    assertEquals(List.of("x\n", "x\n"), bodies());
    long pause = receiver.requests().get(1).at() - receiver.requests().get(0).at();
    assertTrue(pause >= 900_000_000L, pause + " ns");
    assertEquals(List.of(), warnings);
  }

  @Test
  void a_time_to_wait_is_seconds_or_a_date() {
    Instant now = Instant.parse("2026-11-24T12:00:00Z");
    assertEquals(Duration.ofSeconds(120), HttpDestination.retryAfter("120", now));
    assertEquals(
        Duration.ofSeconds(30), HttpDestination.retryAfter("Tue, 24 Nov 2026 12:00:30 GMT", now));
    assertEquals(Duration.ZERO, HttpDestination.retryAfter("soon", now));
    assertEquals(Duration.ZERO, HttpDestination.retryAfter("", now));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void the_one_line_that_cannot_be_taken_is_given_up_and_the_others_arrive(int status)
      throws Exception {
    receiver.answer(
        request ->
            text(request).contains("bad") ? new Answer(status, "bad line") : new Answer(204, ""));
    String[] lines = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toArray(String[]::new);
    lines[617] = "bad";
    open().write(Lines.lines(lines));
    List<String> arrived = new ArrayList<>();
    receiver.requests().stream()
        .map(HttpDestinationTest::text)
        .filter(text -> !text.contains("bad"))
        .forEach(text -> arrived.addAll(text.lines().toList()));
    List<String> expected = new ArrayList<>(List.of(lines));
    expected.remove("bad");
    assertEquals(expected, arrived);
    assertEquals(List.of(lines), protocol.settled);
    assertEquals(1, warnings.size());
    assertTrue(warnings.getFirst().endsWith(": bad line: a line given up"), warnings.getFirst());
  }

  @Test
  void a_receiver_that_takes_nothing_is_not_asked_for_each_line() throws Exception {
    receiver.answer(_ -> new Answer(400, "no"));
    String[] lines = IntStream.range(0, 1000).mapToObj(i -> "line " + i).toArray(String[]::new);
    open().write(Lines.lines(lines));
    assertEquals(List.of(lines), protocol.settled);
    assertTrue(receiver.requests().size() < 100, "" + receiver.requests().size());
    assertFalse(warnings.isEmpty());
  }

  @Test
  void what_has_arrived_of_a_batch_is_not_sent_again() throws Exception {
    receiver.answer(
        request -> {
          String text = text(request);
          return new Answer(
              text.contains("1") && text.contains("4") ? 413 : text.contains("4") ? 503 : 200, "");
        });
    HttpDestination destination = open();
    List<LogLine> batch = Lines.lines("1", "2", "3", "4");
    assertThrows(IOException.class, () -> destination.write(batch));
    receiver.answer(_ -> new Answer(200, ""));
    destination.write(batch);
    destination.write(Lines.lines("5"));
    assertEquals(List.of("1\n2\n3\n4\n", "1\n2\n", "3\n4\n", "3\n4\n", "5\n"), bodies());
    assertEquals(List.of("1", "2", "3", "4", "5"), protocol.settled);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 403, 404, 405})
  void a_mistake_in_the_configuration_is_shown_and_costs_no_line(int status) throws Exception {
    receiver.answer(_ -> new Answer(status, "x".repeat(1000)));
    HttpDestination destination = open();
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertTrue(failure.getMessage().contains("answered " + status + " "), failure.getMessage());
    assertTrue(failure.getMessage().endsWith(": " + "x".repeat(200) + "..."));
    assertEquals(List.of(), protocol.settled);
  }

  @Test
  void a_receiver_that_does_not_answer_is_a_failure_after_the_timeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    receiver.answer(_ -> awaited(end));
    HttpDestination destination = open("timeout", "1");
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertEquals(receiver.url() + "/p did not answer for 1 s", failure.getMessage());
    end.countDown();
  }

  /** Whoever reads the container's output must not be shown messages that are none of ours. */
  @Test
  void what_a_receiver_says_is_shown_as_text_of_one_line() throws Exception {
    receiver.answer(_ -> new Answer(503, "\u001b[2Jno\u0007\bs6-log: fatal: fake"));
    IOException failure = assertThrows(IOException.class, () -> open().write(Lines.lines("x")));
    assertEquals(
        receiver.url() + "/p answered 503 Service Unavailable: [2Jno s6-log: fatal: fake",
        failure.getMessage());
  }

  /** With several of them nobody would know otherwise which one it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "\u0015\u0003\u0001", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"})
  void a_receiver_that_breaks_off_or_speaks_something_else_is_named(String answer)
      throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerOnce(server, answer));
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Address to = Address.parse("to", url + "/p", Map.of("http", 80), "");
      HttpDestination destination =
          new HttpDestination(Lines.configuration("web", warnings::add), to, Map.of(), protocol);
      IOException failure =
          assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
      String message = failure.getMessage();
      assertTrue(message.startsWith("unable to post to " + url + "/p: "), message);
      assertFalse(message.chars().anyMatch(Character::isISOControl), message);
    }
  }

  private static void answerOnce(ServerSocket server, String answer) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_receiver_that_does_not_read_is_a_failure_after_the_timeout() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Address to = Address.parse("to", url + "/p", Map.of("http", 80), "");
      HttpDestination destination =
          new HttpDestination(
              Lines.configuration("web", warnings::add, "timeout", "1"), to, Map.of(), protocol);
      List<LogLine> batch = Lines.lines("x".repeat(32 << 20));
      IOException failure =
          assertTimeoutPreemptively(
              Duration.ofSeconds(20),
              () -> assertThrows(IOException.class, () -> destination.write(batch)));
      assertEquals(url + "/p did not answer for 1 s", failure.getMessage());
    }
  }

  @Test
  void an_interrupt_ends_the_wait_for_an_answer() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    receiver.answer(_ -> awaited(end));
    assertEquals(InterruptedException.class, interrupted(open("timeout", "3600"), 1));
    end.countDown();
  }

  @Test
  void an_interrupt_ends_the_pause_that_the_receiver_has_asked_for() throws Exception {
    receiver.answer(_ -> new Answer(503, "", "Retry-After", "500"));
    HttpDestination destination = open();
    assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertEquals(InterruptedException.class, interrupted(destination, 1));
  }

  @Test
  void the_authorization_is_what_the_file_says_now(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("token");
    HttpDestination destination = open("authorization-file", file.toString());
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertTrue(failure.getMessage().startsWith("unable to read " + file), failure.getMessage());
    Files.writeString(file, "Bearer one\n");
    destination.write(Lines.lines("x"));
    Files.writeString(file, "Bearer two\n");
    destination.write(Lines.lines("y"));
    assertEquals(
        List.of("Bearer one", "Bearer two"),
        receiver.requests().stream().map(each -> each.field().apply("Authorization")).toList());
    Files.writeString(file, "one\nX-Evil: two");
    failure = assertThrows(IOException.class, () -> destination.write(Lines.lines("z")));
    assertTrue(failure.getMessage().startsWith("unable to use " + file), failure.getMessage());
  }

  @Test
  void fields_of_the_script_are_sent_and_those_that_cannot_be_are_refused() throws Exception {
    open("headers", "X-A=1,content-type=text/x").write(Lines.lines("x"));
    HttpReceiver.Request request = receiver.requests().getFirst();
    assertEquals("1", request.field().apply("X-A"));
    assertEquals("text/x", request.field().apply("Content-Type"));
    assertEquals("s6j", request.field().apply("User-Agent"));
    assertNull(request.field().apply("Authorization"));
    for (String wrong : List.of("a b=1", "X:y=1", "Host=x", "Content-Length=1", "X=a%0D%0AY: b")) {
      LogConfigurationException refusal =
          assertThrows(LogConfigurationException.class, () -> open("headers", wrong));
      assertEquals(
          "headers=" + wrong + ": expected names and values as HTTP has them",
          refusal.getMessage());
    }
  }

  @Test
  void compressed_it_is_the_same() throws Exception {
    String line = "x".repeat(100_000);
    open("compress", "gzip").write(Lines.lines(line));
    assertEquals(List.of(line + "\n"), bodies());
    String length = receiver.requests().getFirst().field().apply("Content-Length");
    assertTrue(Integer.parseInt(length) < 1000, length);
  }

  private HttpDestination open(String... more) throws LogConfigurationException {
    // The later of two counts; a busy machine may need more than the default.
    List<String> options = new ArrayList<>(List.of("timeout", "60"));
    options.addAll(List.of(more));
    Address to =
        Address.parse("to", receiver.url() + "/p", Map.of("http", 80), "http://host:port/path");
    return new HttpDestination(
        Lines.configuration("web", warnings::add, options.toArray(String[]::new)),
        to,
        Map.of(),
        protocol);
  }

  private List<String> bodies() {
    return receiver.requests().stream().map(HttpDestinationTest::text).toList();
  }

  private static String text(HttpReceiver.Request request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  private static Answer awaited(CountDownLatch end) {
    try {
      end.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      // The receiver is closed.
    }
    return new Answer(204, "");
  }

  private Class<?> interrupted(HttpDestination destination, int requests) throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    destination.write(Lines.lines("x"));
                    end.complete(null);
                  } catch (IOException | InterruptedException e) {
                    end.complete(e);
                  }
                });
    Await.until(() -> receiver.requests().size() >= requests, () -> receiver.requests());
    writer.interrupt();
    return end.get(20, TimeUnit.SECONDS).getClass();
  }
}
