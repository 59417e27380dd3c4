package s6j.plugin.loki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.BackendContract;
import s6j.plugin.testing.HttpReceiver;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** What a receiver of Loki's pushes gets. */
class LokiBackendTest extends BackendContract {
  private HttpReceiver receiver;

  LokiBackendTest() {
    super("loki");
  }

  @BeforeEach
  void start() throws IOException {
    receiver = new HttpReceiver();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void a_batch_is_one_push_of_one_stream() throws Exception {
    open().write(Lines.lines("one", "", "h\u00e9llo \"\\\u0001"));
    HttpReceiver.Request request = receiver.requests().getFirst();
    assertEquals("POST", request.method());
    assertEquals("/loki/api/v1/push", request.path());
    assertEquals("application/json", request.field().apply("Content-Type"));
    assertNull(request.field().apply("X-Scope-OrgID"));
    assertEquals(
        List.of(
            "1795521600123456000 one",
            "1795521600123457000 ",
            "1795521600123458000 h\u00e9llo \"\\\u0001"),
        entries(request));
  }

  @Test
  void the_stream_has_the_service_the_host_and_the_labels_of_the_script() throws Exception {
    open("labels", "host=h1,env=prod,app=a%2Cb").write(Lines.lines("x"));
    assertEquals(
        Map.of("service", "web", "host", "h1", "env", "prod", "app", "a,b"),
        labels(receiver.requests().getFirst()));
  }

  @Test
  void a_label_without_a_value_is_left_out() throws Exception {
    open("labels", "host=,service=,job=x").write(Lines.lines("x"));
    assertEquals(Map.of("job", "x"), labels(receiver.requests().getFirst()));
    assertEquals(
        "labels=host=,service=: expected a label with a value",
        refusal("to", receiver.url(), "labels", "host=,service="));
  }

  @Test
  void a_tenant_and_compression_are_as_the_options_say() throws Exception {
    open("tenant", "team-a", "compress", "gzip").write(Lines.lines("x"));
    HttpReceiver.Request request = receiver.requests().getFirst();
    assertEquals("team-a", request.field().apply("X-Scope-OrgID"));
    assertEquals("gzip", request.field().apply("Content-Encoding"));
    assertEquals(1, entries(request).size());
  }

  @Test
  void a_line_that_is_not_utf_8_is_escaped() throws Exception {
    open().write(Lines.bytes(0xff, 'a', '\\', 0xc3, 0xa9, 0));
    assertEquals(
        List.of("1795521600123456000 \\xFFa\\\\\u00e9\0"), entries(receiver.requests().getFirst()));
  }

  @Test
  void equal_lines_of_the_same_time_stay_two() throws Exception {
    LogDestination destination = open();
    destination.write(List.of(line("x"), line("x")));
    destination.write(List.of(line("x")));
    assertEquals(
        List.of("1795521600123456000 x", "1795521600123456001 x"),
        entries(receiver.requests().get(0)));
    assertEquals(List.of("1795521600123456002 x"), entries(receiver.requests().get(1)));
  }

  @Test
  void what_is_sent_again_has_the_times_of_the_first_time() throws Exception {
    LogDestination destination = open();
    destination.write(List.of(line("x")));
    receiver.answer(_ -> new HttpReceiver.Answer(500, ""));
    List<LogLine> batch = List.of(line("x"), line("x"));
    assertThrows(IOException.class, () -> destination.write(batch));
    receiver.answer(_ -> new HttpReceiver.Answer(204, ""));
    destination.write(batch);
    assertEquals(entries(receiver.requests().get(1)), entries(receiver.requests().get(2)));
    assertEquals(
        List.of("1795521600123456001 x", "1795521600123456002 x"),
        entries(receiver.requests().get(2)));
  }

  @Test
  void when_the_clock_was_set_back_its_time_counts() throws Exception {
    LogDestination destination = open();
    destination.write(List.of(line("x")));
    destination.write(
        List.of(Lines.line(Lines.AT.minusSeconds(3600), "y".getBytes(StandardCharsets.UTF_8))));
    assertEquals(List.of("1795518000123456000 y"), entries(receiver.requests().get(1)));
  }

  @Test
  void a_line_that_is_longer_than_loki_takes_becomes_several_entries() throws Exception {
    String text = "\u20ac".repeat(1000);
    open("max-line", "1024").write(Lines.lines(text, "next"));
    StringBuilder joined = new StringBuilder();
    List<String> entries = entries(receiver.requests().getFirst());
    for (String entry : entries.subList(0, entries.size() - 1)) {
      String piece = entry.substring(entry.indexOf(' ') + 1);
      assertTrue(piece.getBytes(StandardCharsets.UTF_8).length <= 1024);
      joined.append(piece);
    }
    assertEquals(text, joined.toString());
    assertTrue(entries.getLast().endsWith(" next"));
  }

  /** Loki refuses what is too long, and the line would be given up. */
  @Test
  void what_escaping_makes_too_long_becomes_several_entries_too() throws Exception {
    int[] bytes = new int[1000];
    java.util.Arrays.fill(bytes, 0xff);
    open("max-line", "1024").write(Lines.bytes(bytes));
    StringBuilder joined = new StringBuilder();
    for (String entry : entries(receiver.requests().getFirst())) {
      String piece = entry.substring(entry.indexOf(' ') + 1);
      assertTrue(piece.length() <= 1024, "" + piece.length());
      joined.append(piece);
    }
    assertEquals("\\xFF".repeat(1000), joined.toString());
  }

  @Test
  void options_without_a_meaning_are_named() {
    String to = receiver.url();
    assertEquals(
        "labels=1a=x: expected names of letters, digits and _, not beginning with a digit,"
            + " and not '1a'",
        refusal("to", to, "labels", "1a=x"));
    assertEquals(
        "labels=a=x,a=y: expected each name once, and not 'a' twice",
        refusal("to", to, "labels", "a=x,a=y"));
    assertEquals(
        "tenant=a b: expected characters of ASCII that can be seen, no space",
        refusal("to", to, "tenant", "a b"));
    assertEquals(
        "max-line=1: expected a number from 1024 to 67108864", refusal("to", to, "max-line", "1"));
  }

  private LogDestination open(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("to", receiver.url()));
    options.addAll(List.of(more));
    return new LokiBackend().open(Lines.configuration(options.toArray(String[]::new)));
  }

  private static LogLine line(String text) {
    return Lines.line(Lines.AT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode stream(HttpReceiver.Request request) {
    JsonNode streams = request.json().get("streams");
    assertEquals(1, streams.size(), streams.toString());
    return streams.get(0);
  }

  private static List<String> entries(HttpReceiver.Request request) {
    List<String> entries = new ArrayList<>();
    stream(request)
        .get("values")
        .forEach(each -> entries.add(each.get(0).textValue() + " " + each.get(1).textValue()));
    return entries;
  }

  private static Map<String, String> labels(HttpReceiver.Request request) {
    Map<String, String> labels = new TreeMap<>();
    stream(request)
        .get("stream")
        .properties()
        .forEach(each -> labels.put(each.getKey(), each.getValue().textValue()));
    return labels;
  }
}
