package s6j.plugin.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/**
 * Posts batches of lines as JSON.
 *
 * <p>By the answer: 2xx, they are delivered. 408, 429 and 5xx, they are given again, not before the
 * time that Retry-After says. 400, 413 and 422, something in the request cannot be taken: it is
 * sent in halves, and what cannot be taken on its own is given up, with a warning that has the
 * receiver's reason. Anything else is taken for a mistake in the configuration of either side, and
 * the lines are given again until that has been put right.
 */
public final class HttpDestination implements LogDestination {
  /** The options that every such destination has. */
  public static final Set<String> OPTIONS =
      Set.of("to", "timeout", "compress", "headers", "authorization-file", "ca");

  /** What a protocol makes of lines. */
  public interface Protocol {
    /** The body of a request. The same for the same lines, until they are delivered. */
    byte[] body(List<LogLine> lines);

    /** They are delivered, or given up: they will not come again. */
    default void settled(List<LogLine> lines) {}

    /** The receiver has taken a request, and says this. */
    default void accepted(String answer) {}
  }

  // These say how the request is sent, which is not to be chosen.
  private static final Set<String> OWN_FIELDS =
      Set.of("host", "content-length", "transfer-encoding", "connection", "content-encoding");

  // One bad line among 10,000 is found by 28 requests.
  private static final int MOST_REFUSALS = 64;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final Protocol protocol;
  private final HttpPost post;
  private final Address to;
  private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final String authorizationFile;
  private final boolean compressed;
  private final Consumer<String> warnings;

  private long pauseUntilNanos;
  private boolean pausing;
  private LogLine firstOfBatch;
  private int settled;
  private int refusals;

  /**
   * The option {@code to}: {@code http} or {@code https}.
   *
   * @param port by default, of http
   * @param path when the option has none
   * @throws LogConfigurationException when it is missing, or something else
   */
  public static Address receiver(Options options, int port, String path)
      throws LogConfigurationException {
    String expected = "http://host[:port][/path] or https://host[:port][/path]";
    Map<String, Integer> ports = Map.of("http", port, "https", 443);
    Address to = Address.parse("to", options.required("to", expected), ports, expected);
    return to.path().isEmpty() || to.path().equals("/") ? to.withPath(path) : to;
  }

  /**
   * A destination for this protocol.
   *
   * @param to http or https, with its path
   * @param more fields of the request that the protocol needs
   * @throws LogConfigurationException when an option of {@link #OPTIONS} has no meaning
   */
  public HttpDestination(
      LogConfiguration configuration, Address to, Map<String, String> more, Protocol protocol)
      throws LogConfigurationException {
    Options options = new Options(configuration);
    this.protocol = protocol;
    this.to = to;
    this.warnings = configuration.warnings();
    this.compressed = options.choice("compress", List.of("none", "gzip")).equals("gzip");
    this.authorizationFile = options.text("authorization-file", "");
    int timeoutMillis = options.number("timeout", 10, 1, 3600) * 1000;
    this.post =
        new HttpPost(to, timeoutMillis, to.scheme().equals("https") ? Trust.of(options) : null);
    fields.put("User-Agent", "s6j");
    fields.put("Content-Type", "application/json");
    if (compressed) {
      fields.put("Content-Encoding", "gzip");
    }
    fields.putAll(more);
    fields.putAll(checkedHeaders(options));
  }

  @Override
  public void write(List<LogLine> batch) throws IOException, InterruptedException {
    // A batch that comes again goes on where it stopped.
    if (batch.getFirst() != firstOfBatch) {
      firstOfBatch = batch.getFirst();
      settled = 0;
    }
    refusals = 0;
    pause();
    deliver(batch.subList(settled, batch.size()));
    firstOfBatch = null;
  }

  @Override
  public void close() {
    post.close();
  }

  private void deliver(List<LogLine> lines) throws IOException, InterruptedException {
    byte[] body = encoded(lines);
    HttpResponse response = Interruptible.call(() -> post.send(body, withAuthorization()));
    int status = response.status();
    if (status >= 200 && status < 300) {
      protocol.accepted(response.body());
      settle(lines);
    } else if (status == 400 || status == 413 || status == 422) {
      refused(lines, response);
    } else {
      if (status == 408 || status == 429 || status >= 500) {
        pauseAfter(response);
      }
      throw new IOException(told(response));
    }
  }

  private void refused(List<LogLine> lines, HttpResponse response)
      throws IOException, InterruptedException {
    refusals++;
    if (lines.size() == 1 || refusals > MOST_REFUSALS) {
      warnings.accept(
          told(response)
              + (lines.size() == 1 ? ": a line" : ": " + lines.size() + " lines")
              + " given up");
      settle(lines);
      return;
    }
    int half = lines.size() / 2;
    deliver(lines.subList(0, half));
    deliver(lines.subList(half, lines.size()));
  }

  private void settle(List<LogLine> lines) {
    protocol.settled(lines);
    settled += lines.size();
  }

  private void pause() throws InterruptedException {
    if (pausing) {
      long left = pauseUntilNanos - System.nanoTime();
      if (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
      }
      pausing = false;
    }
  }

  private void pauseAfter(HttpResponse response) {
    Duration asked = retryAfter(response.fields().getOrDefault("retry-after", ""), Instant.now());
    if (asked.isPositive()) {
      Duration pause = asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
      pauseUntilNanos = System.nanoTime() + pause.toNanos();
      pausing = true;
    }
  }

  /** Seconds, or a date (RFC 9110, 10.2.3); none when it is neither. */
  static Duration retryAfter(String value, Instant now) {
    try {
      return Duration.ofSeconds(Integer.parseInt(value));
    } catch (NumberFormatException _) {
      // Then it is a date.
    }
    try {
      return Duration.between(
          now, ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException _) {
      return Duration.ZERO;
    }
  }

  private byte[] encoded(List<LogLine> lines) {
    byte[] body = protocol.body(lines);
    if (!compressed) {
      return body;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  // Read each time: secrets are renewed by writing the file anew.
  private Map<String, String> withAuthorization() throws IOException {
    if (authorizationFile.isEmpty()) {
      return fields;
    }
    String value;
    try {
      value = Files.readString(Path.of(authorizationFile), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IOException("unable to read " + authorizationFile + ": " + e, e);
    }
    if (!isFieldValue(value)) {
      throw new IOException(
          "unable to use " + authorizationFile + ": expected one line, as Authorization has it");
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(fields);
    all.put("Authorization", value);
    return all;
  }

  private String told(HttpResponse response) {
    String reason = Text.shown(response.body().strip().lines().findFirst().orElse(""));
    String status = (response.status() + " " + Text.shown(response.reason())).strip();
    return to + " answered " + status + (reason.isEmpty() ? "" : ": " + reason);
  }

  private static Map<String, String> checkedHeaders(Options options)
      throws LogConfigurationException {
    Map<String, String> headers = options.pairs("headers");
    for (Map.Entry<String, String> each : headers.entrySet()) {
      if (!isFieldName(each.getKey()) || !isFieldValue(each.getValue())) {
        throw Options.wrong(
            "headers", options.text("headers", ""), "names and values as HTTP has them");
      }
    }
    return headers;
  }

  private static boolean isFieldName(String name) {
    return Options.isName(name) && !OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT));
  }

  private static boolean isFieldValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' && value.charAt(i) != '\t' || value.charAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
