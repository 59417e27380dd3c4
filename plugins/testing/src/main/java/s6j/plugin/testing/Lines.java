package s6j.plugin.testing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogLine;

/** Lines and configurations, made in a word. */
public final class Lines {
  /** When the first line of a batch was read; each further line a microsecond later. */
  public static final Instant AT = Instant.parse("2026-11-24T12:00:00.123456Z");

  private Lines() {}

  /** A batch of these lines. */
  public static List<LogLine> lines(String... texts) {
    List<LogLine> batch = new ArrayList<>();
    for (String text : texts) {
      batch.add(line(AT.plusNanos(1000L * batch.size()), text.getBytes(StandardCharsets.UTF_8)));
    }
    return batch;
  }

  /** A batch of one line of these bytes. */
  public static List<LogLine> bytes(int... bytes) {
    byte[] line = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      line[i] = (byte) bytes[i];
    }
    return List.of(line(AT, line));
  }

  /** A line. */
  public static LogLine line(Instant at, byte[] bytes) {
    return new LogLine(at, bytes);
  }

  /** What a destination is to be, with option names and values in turn. */
  public static LogConfiguration configuration(
      String service, Consumer<String> warnings, String... options) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      map.put(options[i], options[i + 1]);
    }
    return new LogConfiguration(service, map, warnings);
  }

  /** The same for the service {@code web}, where a warning is a failure. */
  public static LogConfiguration configuration(String... options) {
    return configuration(
        "web",
        warning -> {
          throw new AssertionError(warning);
        },
        options);
  }
}
