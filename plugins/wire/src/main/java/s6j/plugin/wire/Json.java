package s6j.plugin.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes one JSON text (RFC 8259), without white space. The caller opens and closes in the right
 * order; commas come by themselves.
 */
public final class Json {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
  private boolean first = true;

  /** Opens an object. */
  public Json object() {
    return open('{');
  }

  /** Opens an array. */
  public Json array() {
    return open('[');
  }

  /** Closes the object. */
  public Json endObject() {
    return close('}');
  }

  /** Closes the array. */
  public Json endArray() {
    return close(']');
  }

  /** The name of what comes next. */
  public Json name(String name) {
    separate();
    string(name.getBytes(StandardCharsets.UTF_8));
    out.write(':');
    first = true;
    return this;
  }

  /** A string. */
  public Json text(String value) {
    return utf8(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A string that is UTF-8 already ({@link Text#isUtf8}). */
  public Json utf8(byte[] value) {
    separate();
    string(value);
    return this;
  }

  /** A number, as it is to stand there. */
  public Json number(String value) {
    separate();
    out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  /** A name and its string. */
  public Json member(String name, String value) {
    return name(name).text(value);
  }

  /** What was written. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  private Json open(char bracket) {
    separate();
    out.write(bracket);
    first = true;
    return this;
  }

  private Json close(char bracket) {
    out.write(bracket);
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      out.write(',');
    }
    first = false;
  }

  private void string(byte[] utf8) {
    out.write('"');
    int copied = 0;
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if (b >= 0 && b < ' ' || b == '"' || b == '\\') {
        out.write(utf8, copied, i - copied);
        escape(b);
        copied = i + 1;
      }
    }
    out.write(utf8, copied, utf8.length - copied);
    out.write('"');
  }

  private void escape(byte b) {
    out.write('\\');
    switch (b) {
      case '"', '\\' -> out.write(b);
      case '\t' -> out.write('t');
      case '\r' -> out.write('r');
      case '\n' -> out.write('n');
      default -> {
        out.write('u');
        out.write('0');
        out.write('0');
        out.write(HEX[b >> 4]);
        out.write(HEX[b & 15]);
      }
    }
  }
}
