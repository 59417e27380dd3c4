package s6j.plugin.jsonconsole;

import java.time.Instant;

/** One line of JSON: an object with the time, the kind of event, and what belongs to it. */
final class Event {
  private final StringBuilder line = new StringBuilder();

  Event(Instant at, String kind) {
    line.append("{\"time\":\"").append(at).append("\",\"event\":\"").append(kind).append('"');
  }

  Event with(String name, String value) {
    name(name).append('"');
    for (int i = 0; i < value.length(); i++) {
      append(value.charAt(i));
    }
    line.append('"');
    return this;
  }

  Event with(String name, long value) {
    name(name).append(value);
    return this;
  }

  Event with(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  private StringBuilder name(String name) {
    return line.append(",\"").append(name).append("\":");
  }

  private void append(char c) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      default -> {
        if (c < ' ') {
          line.append("\\u00").append(c < 0x10 ? '0' : '1').append(Character.forDigit(c & 15, 16));
        } else {
          line.append(c);
        }
      }
    }
  }

  /** The line, with its end. */
  @Override
  public String toString() {
    return line + "}\n";
  }
}
