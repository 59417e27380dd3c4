package s6j.plugin.gelf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import s6j.plugin.gelf.wire.Json;
import s6j.plugin.gelf.wire.Text;
import s6j.spi.log.LogLine;

/**
 * A line as a message of GELF 1.1.
 *
 * <p>{@code short_message} is text, and receivers refuse it when it is blank. Where it cannot be
 * the line itself, {@code _line_base64} has the line's bytes.
 *
 * @param host what the messages are said to come from
 * @param service the logged service, or empty
 * @param level of syslog
 * @param fields more of them, without the {@code _} before their names
 */
record Message(String host, String service, int level, Map<String, String> fields) {
  // With all of it escaped and in base64, still less than 128 chunks of the largest datagrams.
  private static final int LONGEST_LINE = 1 << 20;

  /** The messages for a line: one, but for a line of more than 1 MiB. */
  List<byte[]> of(LogLine line) {
    List<byte[]> messages = new ArrayList<>();
    for (byte[] piece : Text.pieces(line.bytes(), LONGEST_LINE)) {
      messages.add(of(line.at(), piece));
    }
    return messages;
  }

  private byte[] of(Instant at, byte[] line) {
    Json json = new Json().object();
    json.member("version", "1.1");
    json.member("host", host);
    boolean isText = Text.isUtf8(line);
    boolean isBlank = isBlank(line);
    if (isBlank) {
      json.member("short_message", "-");
    } else if (isText) {
      json.name("short_message").utf8(line);
    } else {
      json.member("short_message", Text.escaped(line));
    }
    json.name("timestamp").number(seconds(at));
    json.name("level").number(Integer.toString(level));
    if (!service.isEmpty()) {
      json.member("_service", service);
    }
    if (isBlank || !isText) {
      json.member("_line_base64", Base64.getEncoder().encodeToString(line));
    }
    fields.forEach((name, value) -> json.member("_" + name, value));
    return json.endObject().bytes();
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      // As trim() has it in the receivers: NUL and all that is below the space.
      if (b < 0 || b > ' ') {
        return false;
      }
    }
    return true;
  }

  // The fraction is optional in GELF; microseconds are what the clock has.
  private static String seconds(Instant at) {
    return String.format(Locale.ROOT, "%d.%06d", at.getEpochSecond(), at.getNano() / 1000);
  }
}
