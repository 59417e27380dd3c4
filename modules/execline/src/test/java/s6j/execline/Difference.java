package s6j.execline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A difference from the original that is meant: for a case, what ours does instead, and why.
 *
 * @param ours what is expected of ours, by aspect (code, stdout, stderr, files)
 */
record Difference(String reason, Map<String, String> ours) {

  /** The differences by case, from the file beside the corpus. */
  static Map<String, Difference> readAll(Path file) throws IOException {
    Map<String, Difference> all = new HashMap<>();
    String name = null;
    List<String> body = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("== ")) {
        add(all, name, body);
        name = line.substring(3);
        body.clear();
      } else if (!line.isBlank() && !line.startsWith("#")) {
        body.add(line);
      }
    }
    add(all, name, body);
    return all;
  }

  private static void add(Map<String, Difference> all, String name, List<String> body) {
    if (name == null) {
      return;
    }
    String reason = null;
    Map<String, String> ours = new HashMap<>();
    for (String line : body) {
      int colon = line.indexOf(": ");
      String key = line.substring(0, colon);
      String value = line.substring(colon + 2);
      if (key.equals("reason")) {
        reason = value;
      } else {
        ours.put(key, ScriptCase.unescape(value));
      }
    }
    if (reason == null || ours.isEmpty()) {
      throw new IllegalStateException(name + ": a difference needs a reason and what ours does");
    }
    all.put(name, new Difference(reason, ours));
  }
}
