package s6j.plugin.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.plugin.testing.Await;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** What Debian's rsyslogd makes of it. */
class RsyslogTest {
  private Rsyslogd rsyslogd;

  @BeforeEach
  void start() throws Exception {
    rsyslogd = new Rsyslogd();
  }

  @AfterEach
  void stop() throws Exception {
    rsyslogd.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp", "unix"})
  void reads_every_field(String transport) throws Exception {
    LogDestination destination =
        SyslogMessagesTest.open(
            to(transport),
            "facility",
            "local3",
            "severity",
            "err",
            "app-name",
            "shop",
            "hostname",
            "h1",
            "procid",
            "17",
            "msgid",
            "ID4");
    destination.write(Lines.lines("hello world"));
    destination.close();
    JsonNode parsed = rsyslogd.parsed(1).getFirst();
    assertEquals("local3", parsed.get("facility").asText());
    assertEquals("err", parsed.get("severity").asText());
    assertEquals("2026-11-24T12:00:00.123456Z", parsed.get("time").asText());
    assertEquals("h1", parsed.get("host").asText());
    assertEquals("shop", parsed.get("app").asText());
    assertEquals("17", parsed.get("procid").asText());
    assertEquals("ID4", parsed.get("msgid").asText());
    assertEquals("1", parsed.get("version").asText());
    assertEquals("hello world", parsed.get("msg").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp", "unix"})
  void gets_the_bytes_of_the_line(String transport) throws Exception {
    LogDestination destination = SyslogMessagesTest.open(to(transport));
    destination.write(Lines.bytes(0xff, 'a', '\t', 1, 0xc3, 0xa9, '"', '\\', 0xc3, ' ', ' ', 'z'));
    destination.close();
    assertEquals("\u00ffa\t\u0001\u00c3\u00a9\"\\\u00c3  z", rsyslogd.bytes(1).getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void gets_ten_thousand_lines_in_their_order(String transport) throws Exception {
    LogDestination destination = SyslogMessagesTest.open(to(transport));
    List<String> expected = IntStream.range(0, 10_000).mapToObj(i -> "line " + i).toList();
    for (int from = 0; from < expected.size(); from += 500) {
      destination.write(Lines.lines(expected.subList(from, from + 500).toArray(String[]::new)));
    }
    destination.close();
    assertEquals(expected, rsyslogd.bytes(expected.size()));
  }

  @Test
  void reads_the_local_format_where_dev_log_is_as_it_is_by_default() throws Exception {
    LogDestination destination =
        SyslogMessagesTest.open(
            rsyslogd.devLog(),
            "format",
            "local",
            "app-name",
            "shop",
            "procid",
            "17",
            "facility",
            "user");
    destination.write(Lines.lines("hello: world"));
    destination.close();
    JsonNode parsed = rsyslogd.parsed(1).getFirst();
    assertEquals("user", parsed.get("facility").asText());
    assertEquals("info", parsed.get("severity").asText());
    assertEquals("shop", parsed.get("app").asText());
    assertEquals("17", parsed.get("procid").asText());
    // In this format the space after the tag belongs to the message, for rsyslog.
    assertEquals(" hello: world", parsed.get("msg").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp", "unix"})
  void gets_what_failed_while_it_was_down(String transport) throws Exception {
    LogDestination destination = SyslogMessagesTest.open(to(transport));
    destination.write(Lines.lines("before"));
    rsyslogd.bytes(1);
    rsyslogd.stop();
    List<LogLine> batch = new ArrayList<>(Lines.lines("during 1", "during 2"));
    Await.failure(
        destination, batch, transport.equals("udp") ? "unable to send" : "unable to connect");
    rsyslogd.start();
    destination.write(batch);
    destination.write(Lines.lines("after"));
    destination.close();
    assertEquals(List.of("before", "during 1", "during 2", "after"), rsyslogd.bytes(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void blocks_while_it_does_not_read_and_an_interrupt_ends_that(String transport) throws Exception {
    LogDestination destination = SyslogMessagesTest.open(to(transport));
    destination.write(Lines.lines("before"));
    rsyslogd.bytes(1);
    rsyslogd.freeze();
    try {
      AtomicInteger written = new AtomicInteger();
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      Thread writer = Thread.ofPlatform().start(() -> writeUntilItFails(destination, written, end));
      awaitThatNoMoreIsWritten(written);
      writer.interrupt();
      assertEquals(InterruptedException.class, end.get(20, TimeUnit.SECONDS).getClass());
    } finally {
      rsyslogd.thaw();
    }
    destination.write(Lines.lines("after"));
    destination.close();
  }

  private static void awaitThatNoMoreIsWritten(AtomicInteger written) {
    int[] last = {-1};
    Await.until(
        () -> {
          int now = written.get();
          boolean stands = now == last[0] && now > 0;
          last[0] = now;
          sleep(500);
          return stands && written.get() == now;
        },
        () -> "still written: " + written);
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void writeUntilItFails(
      LogDestination to, AtomicInteger written, CompletableFuture<Throwable> end) {
    try {
      while (true) {
        to.write(Lines.lines("x".repeat(8000)));
        written.incrementAndGet();
      }
    } catch (IOException | InterruptedException e) {
      end.complete(e);
    }
  }

  private String to(String transport) {
    return switch (transport) {
      case "udp" -> rsyslogd.udp();
      case "tcp" -> rsyslogd.tcp();
      default -> rsyslogd.unix();
    };
  }
}
