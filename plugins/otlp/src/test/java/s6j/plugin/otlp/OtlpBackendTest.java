package s6j.plugin.otlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.BackendContract;
import s6j.plugin.testing.HttpReceiver;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogDestination;

/** What a receiver of OTLP/HTTP gets, by the names of the published JSON encoding. */
class OtlpBackendTest extends BackendContract {
  private HttpReceiver receiver;

  OtlpBackendTest() {
    super("otlp");
  }

  @BeforeEach
  void start() throws IOException {
    receiver = new HttpReceiver();
    receiver.answer(_ -> new HttpReceiver.Answer(200, "{}"));
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void a_batch_is_one_request_to_the_path_for_logs() throws Exception {
    LogDestination destination = open();
    destination.write(Lines.lines("one", "two"));
    HttpReceiver.Request request = receiver.requests().getFirst();
    assertEquals("POST", request.method());
    assertEquals("/v1/logs", request.path());
    assertEquals("application/json", request.field().apply("Content-Type"));
    assertEquals(List.of("one", "two"), bodies(request));
  }

  @Test
  void a_record_has_the_times_the_severity_and_the_line() throws Exception {
    open("severity", "warn").write(Lines.lines("h\u00e9llo \"\\\u0001"));
    JsonNode record = records(receiver.requests().getFirst()).get(0);
    assertEquals("1795521600123456000", record.get("timeUnixNano").textValue());
    assertEquals("1795521600123456000", record.get("observedTimeUnixNano").textValue());
    assertEquals(13, record.get("severityNumber").intValue());
    assertEquals("WARN", record.get("severityText").textValue());
    assertEquals("h\u00e9llo \"\\\u0001", record.get("body").get("stringValue").textValue());
    assertEquals(5, record.size(), record.toString());
  }

  @Test
  void a_record_may_be_without_a_severity() throws Exception {
    open("severity", "none").write(Lines.lines("x"));
    JsonNode record = records(receiver.requests().getFirst()).get(0);
    assertFalse(record.has("severityNumber"));
    assertFalse(record.has("severityText"));
  }

  @Test
  void a_line_that_is_not_utf_8_is_sent_as_bytes() throws Exception {
    open().write(Lines.bytes(0xff, 0, 'a', 0xc3));
    JsonNode body = records(receiver.requests().getFirst()).get(0).get("body");
    assertEquals(1, body.size(), body.toString());
    assertArrayEquals(
        new byte[] {(byte) 0xff, 0, 'a', (byte) 0xc3},
        Base64.getDecoder().decode(body.get("bytesValue").textValue()));
  }

  @Test
  void an_empty_line_is_a_record_too() throws Exception {
    open().write(Lines.lines(""));
    assertEquals(List.of(""), bodies(receiver.requests().getFirst()));
  }

  @Test
  void the_resource_says_which_service_it_is() throws Exception {
    open("attributes", "deployment.environment=prod,service.version=1%2C2").write(Lines.lines("x"));
    Map<String, String> attributes = resource(receiver.requests().getFirst());
    assertEquals("web", attributes.get("service.name"));
    assertEquals("prod", attributes.get("deployment.environment"));
    assertEquals("1,2", attributes.get("service.version"));
    assertFalse(attributes.get("host.name").isEmpty());
  }

  @Test
  void the_name_of_the_service_may_be_another_or_unknown() throws Exception {
    open("service-name", "shop").write(Lines.lines("x"));
    assertEquals("shop", resource(receiver.requests().getFirst()).get("service.name"));
    new OtlpBackend()
        .open(Lines.configuration("", _ -> {}, "to", receiver.url()))
        .write(Lines.lines("x"));
    assertEquals("unknown_service", resource(receiver.requests().getLast()).get("service.name"));
  }

  @Test
  void another_path_compression_and_fields_are_as_the_options_say() throws Exception {
    new OtlpBackend()
        .open(
            Lines.configuration(
                "to", receiver.url() + "/otlp/v1/logs?x=1",
                "compress", "gzip",
                "headers", "api-key=abc%3D,X-Two=2"))
        .write(Lines.lines("x"));
    HttpReceiver.Request request = receiver.requests().getFirst();
    assertEquals("/otlp/v1/logs?x=1", request.path());
    assertEquals("gzip", request.field().apply("Content-Encoding"));
    assertEquals("abc=", request.field().apply("api-key"));
    assertEquals("2", request.field().apply("X-Two"));
    assertEquals(List.of("x"), bodies(request));
  }

  @Test
  void records_that_the_receiver_refuses_are_a_warning_and_not_sent_again() throws Exception {
    receiver.answer(
        _ ->
            new HttpReceiver.Answer(
                200,
                "{\"partialSuccess\": {\n  \"rejectedLogRecords\": \"2\", \"errorMessage\": \"old\"}}\n"));
    List<String> warnings = new ArrayList<>();
    new OtlpBackend()
        .open(Lines.configuration("web", warnings::add, "to", receiver.url()))
        .write(Lines.lines("one", "two", "three"));
    assertEquals(1, receiver.requests().size());
    assertEquals(1, warnings.size());
    assertEquals(
        "the receiver has refused records: {\"partialSuccess\": { \"rejectedLogRecords\": \"2\","
            + " \"errorMessage\": \"old\"}}",
        warnings.getFirst());
  }

  @Test
  void an_answer_that_nothing_was_refused_is_no_warning() throws Exception {
    receiver.answer(
        _ -> new HttpReceiver.Answer(200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"0\"}}"));
    open().write(Lines.lines("one"));
    assertEquals(0, LogRecords.rejected("{\"partialSuccess\":{}}"));
    assertEquals(7, LogRecords.rejected("{\"partialSuccess\":{\"rejectedLogRecords\":7}}"));
  }

  @Test
  void what_the_receiver_has_no_room_for_is_given_again() throws Exception {
    receiver.answer(_ -> new HttpReceiver.Answer(503, "busy"));
    LogDestination destination = open();
    IOException failure =
        assertThrows(IOException.class, () -> destination.write(Lines.lines("x")));
    assertEquals(
        receiver.url() + "/v1/logs answered 503 Service Unavailable: busy", failure.getMessage());
    receiver.answer(_ -> new HttpReceiver.Answer(200, "{}"));
    destination.write(Lines.lines("x"));
    assertEquals(receiver.requests().get(0).json(), receiver.requests().get(1).json());
  }

  @Test
  void options_without_a_meaning_are_named() {
    assertEquals(
        "severity=err: expected trace, debug, info, warn, error, fatal or none",
        refusal("to", receiver.url(), "severity", "err"));
    assertEquals(
        "attributes=a: expected name=value,name=value, and not 'a'",
        refusal("to", receiver.url(), "attributes", "a"));
    assertEquals(
        "service-name=: expected a name", refusal("to", receiver.url(), "service-name", ""));
  }

  private LogDestination open(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("to", receiver.url()));
    options.addAll(List.of(more));
    return new OtlpBackend().open(Lines.configuration(options.toArray(String[]::new)));
  }

  private static JsonNode only(JsonNode array) {
    assertEquals(1, array.size(), array.toString());
    return array.get(0);
  }

  private static JsonNode records(HttpReceiver.Request request) {
    JsonNode scope = only(only(request.json().get("resourceLogs")).get("scopeLogs"));
    assertEquals("s6j", scope.get("scope").get("name").textValue());
    return scope.get("logRecords");
  }

  private static List<String> bodies(HttpReceiver.Request request) {
    List<String> bodies = new ArrayList<>();
    records(request).forEach(each -> bodies.add(each.get("body").get("stringValue").textValue()));
    return bodies;
  }

  private static Map<String, String> resource(HttpReceiver.Request request) {
    Map<String, String> attributes = new HashMap<>();
    only(request.json().get("resourceLogs"))
        .get("resource")
        .get("attributes")
        .forEach(
            each ->
                attributes.put(
                    each.get("key").textValue(), each.get("value").get("stringValue").textValue()));
    return attributes;
  }
}
