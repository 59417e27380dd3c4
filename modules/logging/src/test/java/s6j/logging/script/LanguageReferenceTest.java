package s6j.logging.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import s6j.logging.backend.Backends;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/** docs/reference/logging.md names the directives, defaults and options that there are. */
class LanguageReferenceTest {
  private static final Path PAGE = Path.of("../../docs/reference/logging.md");

  /** The cells of the rows below a heading, or below a line that begins so. */
  private static List<List<String>> rows(String beginning) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("#") || line.startsWith("**")) {
        inside = line.startsWith(beginning);
      } else if (inside && line.startsWith("| `")) {
        rows.add(List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList());
      }
    }
    return rows;
  }

  /** As in {@code p} and {@code px}, whatever else is wrong with it. */
  private static boolean isKnown(char letter) {
    for (String rest : new String[] {"", "1", "x"}) {
      try {
        ScriptParser.parse(Bytes.listOf(letter + rest, "1"));
        return true;
      } catch (ScriptException e) {
        if (!e.getMessage().startsWith("unrecognized directive")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void every_directive_has_its_row() throws IOException {
    Set<Character> documented = new TreeSet<>();
    // The old name of 2 is in the row of that.
    documented.add('e');
    for (String table : new String[] {"### Selections", "### Actions", "### Settings"}) {
      rows(table).forEach(row -> documented.add(row.getFirst().charAt(1)));
    }
    Set<Character> known = new TreeSet<>();
    for (char letter = '!'; letter <= '~'; letter++) {
      if (isKnown(letter)) {
        known.add(letter);
      }
    }
    assertEquals(known, documented);
  }

  @Test
  void defaults_are_those_of_the_code() throws Exception {
    Map<Character, String> documented = new TreeMap<>();
    for (List<String> row : rows("### Settings")) {
      if (!row.get(1).isEmpty()) {
        documented.put(row.getFirst().charAt(1), row.get(1));
      }
    }
    List<Action> actions = ScriptParser.parse(Bytes.listOf("./d", "2", "=f")).actions();
    Action.ToDirectory directory = (Action.ToDirectory) actions.get(0);
    Map<Character, Long> known = new TreeMap<>();
    known.put('n', directory.archives());
    known.put('s', directory.fileSize());
    known.put('S', directory.totalSize());
    known.put('l', directory.tolerance());
    known.put('r', directory.retryMillis());
    known.put('R', directory.rotateSeconds());
    known.put('E', ((Action.ToStderr) actions.get(1)).size());
    known.put('^', ((Action.ToStatusFile) actions.get(2)).size());
    Map<Character, String> shown = new TreeMap<>();
    known.forEach((letter, number) -> shown.put(letter, number.toString()));
    assertEquals(shown, documented);
  }

  @Test
  void the_options_of_backends_are_those_that_they_know() throws IOException {
    Map<String, LogBackend> backends =
        new Backends(List::of)
            .of(
                0,
                null,
                problem -> {
                  throw new AssertionError(problem);
                });
    assertEquals(Set.of("dir", "json", "stdout"), backends.keySet());
    for (LogBackend backend : backends.values()) {
      Set<String> documented = new TreeSet<>();
      for (List<String> row : rows("**`" + backend.name() + "`**")) {
        documented.addAll(List.of(row.getFirst().replace("`", "").split(", ")));
      }
      assertEquals(new TreeSet<>(backend.options()), documented, backend.name());
    }
  }
}
