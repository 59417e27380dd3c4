package s6j.plugin.syslog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** How a line becomes a message. The line's bytes are in it as they are, whatever they are. */
sealed interface Format {
  /** A message for the line, or a piece of it. */
  byte[] message(Instant at, byte[] line);

  /**
   * RFC 5424, without structured data. The message is MSG-ANY: without a byte order mark, since
   * nobody knows whether it is UTF-8.
   */
  record Rfc5424(int priority, String host, String app, String process, String messageId)
      implements Format {
    // Microseconds are the most that the RFC allows.
    private static final DateTimeFormatter TIMESTAMP =
        new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

    @Override
    public byte[] message(Instant at, byte[] line) {
      StringBuilder header = new StringBuilder(128);
      header.append('<').append(priority).append(">1 ");
      TIMESTAMP.formatTo(at, header);
      header.append(' ').append(host).append(' ').append(app).append(' ').append(process);
      header.append(' ').append(messageId).append(" - ");
      return joined(header, line);
    }
  }

  /**
   * What {@code syslog(3)} writes to {@code /dev/log}: {@code <30>Nov 24 12:00:00 app[1]: line}.
   */
  record Local(int priority, String app, String process) implements Format {
    private static final DateTimeFormatter TIMESTAMP =
        new DateTimeFormatterBuilder()
            .appendPattern("MMM ppd HH:mm:ss")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    @Override
    public byte[] message(Instant at, byte[] line) {
      StringBuilder header = new StringBuilder(80);
      header.append('<').append(priority).append('>');
      TIMESTAMP.formatTo(at, header);
      header.append(' ').append(app);
      if (!process.equals("-")) {
        header.append('[').append(process).append(']');
      }
      header.append(": ");
      return joined(header, line);
    }
  }

  private static byte[] joined(StringBuilder header, byte[] line) {
    ByteArrayOutputStream message = new ByteArrayOutputStream(header.length() + line.length);
    message.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(line);
    return message.toByteArray();
  }
}
