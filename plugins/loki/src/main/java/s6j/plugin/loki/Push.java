package s6j.plugin.loki;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import s6j.plugin.loki.wire.HttpDestination;
import s6j.plugin.loki.wire.Json;
import s6j.plugin.loki.wire.Text;
import s6j.spi.log.LogLine;

/**
 * The body of a push: one stream, its labels, and entries of time and text.
 *
 * <p>Loki takes two entries with the same time and the same text for one. So no two lines have the
 * same time here: a line read in the nanosecond of the one before is a nanosecond later. A batch
 * that is sent again has the same times as before, so what had arrived of it is not there twice.
 *
 * <p>Text is all that Loki keeps: a line that is not UTF-8 is escaped ({@link Text#escaped}).
 */
final class Push implements HttpDestination.Protocol {
  // Further back, the clock was set: then its time counts again.
  private static final long NEAR_NANOS = 1_000_000_000L;

  private final Map<String, String> labels;
  private final int maxLine;
  private long lastSettled = Long.MIN_VALUE;

  Push(Map<String, String> labels, int maxLine) {
    this.labels = labels;
    this.maxLine = maxLine;
  }

  @Override
  public byte[] body(List<LogLine> lines) {
    Json json = new Json().object().name("streams").array().object();
    json.name("stream").object();
    labels.forEach(json::member);
    json.endObject().name("values").array();
    long last = lastSettled;
    for (LogLine line : lines) {
      for (byte[] text : texts(line)) {
        last = after(last, line.at());
        json.array().text(Long.toString(last)).utf8(text).endArray();
      }
    }
    return json.endArray().endObject().endArray().endObject().bytes();
  }

  @Override
  public void settled(List<LogLine> lines) {
    for (LogLine line : lines) {
      int pieces = texts(line).size();
      for (int i = 0; i < pieces; i++) {
        lastSettled = after(lastSettled, line.at());
      }
    }
  }

  /** What becomes of a line: entries that Loki takes, also where escaping has made it longer. */
  private List<byte[]> texts(LogLine line) {
    byte[] bytes = line.bytes();
    boolean isText = Text.isUtf8(bytes);
    return Text.pieces(
        isText ? bytes : Text.escaped(bytes).getBytes(StandardCharsets.UTF_8), maxLine);
  }

  private static long after(long last, Instant at) {
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    return last >= nanos && last - NEAR_NANOS < nanos ? last + 1 : nanos;
  }
}
