package s6j.logging.backend;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import s6j.logging.output.OwnOutputs;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogLine;

/**
 * {@code plugin:json}: to the logger's stdout, for each line a line with an object that has {@code
 * time}, {@code service} and {@code message}. Bytes of the message that are not UTF-8 become
 * U+FFFD.
 */
final class JsonBackend implements OwnBackend {
  static final String NAME = "json";

  private static final String HEX = "0123456789abcdef";

  private final OwnOutputs own;

  JsonBackend(OwnOutputs own) {
    this.own = own;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> options() {
    return Set.of(Services.OPTION, TimeFormat.OPTION);
  }

  @Override
  public OwnDestination open(LogConfiguration configuration) throws LogConfigurationException {
    TimeFormat time = TimeFormat.of(configuration, TimeFormat.ISO);
    String service = Services.of(configuration);
    return new OwnDestination(own.stdout(), (to, line) -> append(to, line, time, service));
  }

  private static void append(
      ByteArrayOutputStream to, LogLine line, TimeFormat time, String service) {
    StringBuilder text = new StringBuilder(line.bytes().length + 80).append('{');
    if (time == TimeFormat.EPOCH) {
      text.append("\"time\":").append(time.text(line.at())).append(',');
    } else if (time != TimeFormat.NONE) {
      text.append("\"time\":");
      quote(text, time.text(line.at()));
      text.append(',');
    }
    if (!service.isEmpty()) {
      text.append("\"service\":");
      quote(text, service);
      text.append(',');
    }
    text.append("\"message\":");
    quote(text, new String(line.bytes(), StandardCharsets.UTF_8));
    to.writeBytes(text.append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void quote(StringBuilder to, String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> to.append('\\').append(c);
        case '\t' -> to.append("\\t");
        case '\r' -> to.append("\\r");
        default -> {
          if (c < ' ' || c == 0x7f) {
            to.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }
}
