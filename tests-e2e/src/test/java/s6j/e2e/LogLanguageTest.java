package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The examples in the tables of the logging language: docs/reference/logging.md, row by row. */
class LogLanguageTest {
  private static final String FILE = "docs/reference/logging.md";
  private static Container container;

  @BeforeAll
  static void start() {
    container = Runner.NAMESPACE.start(Recipe.on(Image.BUSYBOX));
    container.awaitText("[services.d] done.");
    container.execOk("mkdir", "/tmp/log");
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  private static void check(String script, String expected) {
    Outcome outcome =
        container.exec("sh", "-c", "printf 'a\\nb\\nc\\n' | s6-log -- " + quoted(script));
    assertEquals(0, outcome.code(), outcome.output());
    assertEquals(expected, String.join(", ", outcome.output().lines().toList()));
  }

  private static String quoted(String script) {
    return Stream.of(script.split(" "))
        .map(word -> "'" + word + "'")
        .reduce("", (a, b) -> a + " " + b);
  }

  @TestFactory
  Stream<DynamicTest> each_example() {
    return Stream.of("Selections", "Actions", "Settings")
        .flatMap(table -> Reference.table(FILE, table).stream())
        .map(Reference.Row::cells)
        .map(
            cells -> {
              List<String> example = cells.subList(cells.size() - 2, cells.size());
              return DynamicTest.dynamicTest(
                  cells.getFirst() + ": " + example.getFirst(),
                  () -> check(example.getFirst(), example.getLast()));
            });
  }

  @Test
  void a_log_directory_has_the_files_of_the_table() {
    String seen =
        container.execOk(
            "sh", "-c", "seq 2000 | s6-log s4096 l0 '!cat' /tmp/files && ls -A /tmp/files");
    assertEquals(
        Reference.table(FILE, "Log directories").stream().map(Reference.Row::key).sorted().toList(),
        seen.lines()
            .map(name -> name.startsWith("@") ? "@\u2026.s" : name)
            .distinct()
            .sorted()
            .toList());
    assertTrue(
        container.execOk("sh", "-c", "test -x /tmp/files/current && echo yes").contains("yes"));
  }
}
