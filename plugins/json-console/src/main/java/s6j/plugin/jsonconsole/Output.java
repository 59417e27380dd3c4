package s6j.plugin.jsonconsole;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import s6j.spi.OsString;

/** Where the lines go: what {@code S6_JSON_CONSOLE} says, the container's stdout by default. */
final class Output {
  private static final OsString WHERE = OsString.of("S6_JSON_CONSOLE");

  private static FileOutputStream open;

  /** What did not work the last time, which is said once; empty when all did. */
  private static String problem = "";

  private Output() {}

  /** Writes a line at once, so that no other line gets into it. */
  static synchronized void write(Event event, Map<OsString, OsString> environment)
      throws IOException {
    try {
      if (open == null) {
        open = open(environment.getOrDefault(WHERE, OsString.EMPTY).toString());
      }
      open.write(event.toString().getBytes(StandardCharsets.UTF_8));
      problem = "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        problem = message;
        throw e;
      }
    }
  }

  static FileOutputStream open(String where) throws IOException {
    return switch (where) {
      case "", "stdout" -> new FileOutputStream(FileDescriptor.out);
      case "stderr" -> new FileOutputStream(FileDescriptor.err);
      default -> {
        if (!where.startsWith("/")) {
          throw new IOException(
              WHERE + ": expected stdout, stderr or the path of a file, got \"" + where + "\"");
        }
        yield new FileOutputStream(where, true);
      }
    };
  }
}
