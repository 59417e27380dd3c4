package s6j.plugin.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer by HTTP/1.1 (RFC 9112).
 *
 * @param status the code, of three digits
 * @param reason the words after it, perhaps empty
 * @param fields by name in lower case
 * @param body the first 64 KiB
 * @param keepsOpen whether the connection may be used again
 */
public record HttpResponse(
    int status, String reason, Map<String, String> fields, String body, boolean keepsOpen) {
  private static final int LONGEST_LINE = 16 * 1024;
  private static final int MOST_FIELDS = 200;
  private static final int KEPT_OF_BODY = 64 * 1024;

  /**
   * Reads the answer to a POST.
   *
   * @throws IOException when it is none, or ends too early
   */
  static HttpResponse read(InputStream in) throws IOException {
    String statusLine = line(in);
    Map<String, String> fields = fields(in);
    // 1xx says that the answer is still to come.
    while (status(statusLine) < 200) {
      statusLine = line(in);
      fields = fields(in);
    }
    int status = status(statusLine);
    boolean keepsOpen =
        statusLine.startsWith("HTTP/1.1")
            && !fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
    Body body = new Body(in);
    if (fields.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunked")) {
      body.readChunks();
    } else if (fields.containsKey("content-length")) {
      body.read(number(fields.get("content-length"), 10));
    } else if (status != 204 && status != 304) {
      body.readToEnd();
      keepsOpen = false;
    }
    String reason = statusLine.length() > 13 ? statusLine.substring(13) : "";
    return new HttpResponse(status, reason, fields, body.text(), keepsOpen);
  }

  private static int status(String line) throws IOException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
      long status = number(line.substring(9, 12), 10);
      if (status >= 100) {
        return (int) status;
      }
    }
    throw new IOException("not an answer by HTTP/1.1: " + Text.shown(line));
  }

  private static Map<String, String> fields(InputStream in) throws IOException {
    Map<String, String> fields = new TreeMap<>();
    for (int count = 0; count < MOST_FIELDS; count++) {
      String line = line(in);
      if (line.isEmpty()) {
        return fields;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IOException("not a field of an answer by HTTP/1.1: " + Text.shown(line));
      }
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    throw new IOException("an answer with more than " + MOST_FIELDS + " fields");
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection was closed before the answer was complete");
      }
      if (line.size() >= LONGEST_LINE) {
        throw new IOException("an answer with a line of more than " + LONGEST_LINE + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // The message below tells of both.
    }
    throw new IOException("not a number in an answer by HTTP/1.1: " + Text.shown(text));
  }

  /** Reads all of it, so that the next answer can follow, and keeps its beginning. */
  private static final class Body {
    private final InputStream in;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[4096];

    Body(InputStream in) {
      this.in = in;
    }

    void readChunks() throws IOException {
      while (true) {
        String size = line(in);
        int end = size.indexOf(';');
        long length = number((end < 0 ? size : size.substring(0, end)).strip(), 16);
        if (length == 0) {
          fields(in);
          return;
        }
        read(length);
        line(in);
      }
    }

    void read(long length) throws IOException {
      for (long left = length; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new EOFException("the connection was closed before the answer was complete");
        }
        keep(count);
        left -= count;
      }
    }

    void readToEnd() throws IOException {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        keep(count);
      }
    }

    String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }

    private void keep(int count) {
      kept.write(buffer, 0, Math.min(count, KEPT_OF_BODY - kept.size()));
    }
  }
}
