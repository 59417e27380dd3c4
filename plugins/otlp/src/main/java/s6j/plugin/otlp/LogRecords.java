package s6j.plugin.otlp;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import s6j.plugin.otlp.wire.HttpDestination;
import s6j.plugin.otlp.wire.Json;
import s6j.plugin.otlp.wire.Text;
import s6j.spi.log.LogLine;

/**
 * The JSON encoding of {@code ExportLogsServiceRequest}: names in lowerCamelCase, 64-bit numbers as
 * decimal strings, enumerations as numbers.
 *
 * <p>The body of a record is a {@code stringValue}; of a line that is not UTF-8, {@code bytesValue}
 * in base64.
 */
final class LogRecords implements HttpDestination.Protocol {
  private final Map<String, String> resource;
  private final Severity severity;
  private final Consumer<String> warnings;

  LogRecords(Map<String, String> resource, Severity severity, Consumer<String> warnings) {
    this.resource = resource;
    this.severity = severity;
    this.warnings = warnings;
  }

  @Override
  public byte[] body(List<LogLine> lines) {
    Json json = new Json().object().name("resourceLogs").array().object();
    json.name("resource").object().name("attributes").array();
    resource.forEach((name, value) -> attribute(json, name, value));
    json.endArray().endObject();
    json.name("scopeLogs").array().object();
    json.name("scope").object().member("name", "s6j").endObject();
    json.name("logRecords").array();
    for (LogLine line : lines) {
      record(json, line);
    }
    json.endArray().endObject().endArray();
    return json.endObject().endArray().endObject().bytes();
  }

  /** A receiver may take a request and refuse records of it, which are not to be sent again. */
  @Override
  public void accepted(String answer) {
    if (rejected(answer) > 0) {
      warnings.accept("the receiver has refused records: " + Text.shown(answer));
    }
  }

  // ExportLogsPartialSuccess.rejectedLogRecords: a string, since it has 64 bits; some write a
  // number.
  static long rejected(String answer) {
    String name = "\"rejectedLogRecords\"";
    int at = answer.indexOf(name);
    if (at < 0) {
      return 0;
    }
    at += name.length();
    while (at < answer.length() && " \t\r\n:\"".indexOf(answer.charAt(at)) >= 0) {
      at++;
    }
    long number = 0;
    while (at < answer.length() && Character.isDigit(answer.charAt(at)) && number < 1L << 50) {
      number = number * 10 + answer.charAt(at++) - '0';
    }
    return number;
  }

  private void record(Json json, LogLine line) {
    String nanos = nanos(line.at());
    json.object();
    json.member("timeUnixNano", nanos);
    json.member("observedTimeUnixNano", nanos);
    if (severity != Severity.NONE) {
      json.name("severityNumber").number(Integer.toString(severity.number()));
      json.member("severityText", severity.name());
    }
    json.name("body").object();
    if (Text.isUtf8(line.bytes())) {
      json.name("stringValue").utf8(line.bytes());
    } else {
      json.member("bytesValue", Base64.getEncoder().encodeToString(line.bytes()));
    }
    json.endObject().endObject();
  }

  private static void attribute(Json json, String name, String value) {
    json.object().member("key", name);
    json.name("value").object().member("stringValue", value).endObject();
    json.endObject();
  }

  private static String nanos(Instant at) {
    return Long.toString(at.getEpochSecond() * 1_000_000_000L + at.getNano());
  }
}
