package s6j.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The tables and blocks of docs/reference, which tests read so that they cannot be wrong. */
final class Reference {
  private Reference() {}

  /** Both ways to start a container. */
  static final List<Runner> RUNNERS = List.of(Runner.NAMESPACE, Runner.DOCKER);

  /**
   * A row of a table.
   *
   * @param cells as text, without the backticks of a cell that is nothing but code
   */
  record Row(List<String> cells) {
    String key() {
      return cells.getFirst();
    }
  }

  /** What is shown of a row. */
  interface Check {
    void on(Row row, Runner runner) throws Exception;
  }

  /** The rows of the table below a heading. */
  static List<Row> table(String file, String heading) {
    List<Row> rows = new ArrayList<>();
    for (String line : section(file, heading)) {
      if (line.startsWith("|")) {
        rows.add(
            new Row(
                Stream.of(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                    .map(Reference::plain)
                    .toList()));
      }
    }
    if (rows.size() < 3) {
      throw new IllegalStateException(file + ": no table below \"" + heading + "\"");
    }
    return rows.subList(2, rows.size());
  }

  /** The first block of code below a heading that begins so. */
  static String block(String file, String heading) {
    return block(file, heading, 1);
  }

  /** The n-th block of code below a heading that begins so. */
  static String block(String file, String heading, int number) {
    StringBuilder block = new StringBuilder();
    int fences = 0;
    for (String line : section(file, heading)) {
      if (line.startsWith("```")) {
        fences++;
      } else if (fences == 2 * number - 1) {
        block.append(line).append('\n');
      }
    }
    if (fences < 2 * number) {
      throw new IllegalStateException(file + ": no block " + number + " below \"" + heading + "\"");
    }
    return block.toString();
  }

  private static List<String> section(String file, String heading) {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    boolean code = false;
    for (String line : read(Checkout.root().resolve(file))) {
      code ^= line.startsWith("```");
      if (line.startsWith("#") && !code) {
        inside = line.replaceFirst("^#+ ", "").startsWith(heading);
      } else if (inside) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String plain(String cell) {
    String text = cell.strip();
    boolean code =
        text.length() > 2 && text.startsWith("`") && text.indexOf('`', 1) == text.length() - 1;
    return code ? text.substring(1, text.length() - 1) : text;
  }

  /** A test for each row and runner, all of the same form. */
  static Stream<DynamicTest> eachRow(List<Row> rows, Check check) {
    return eachRow(RUNNERS, rows, check);
  }

  private static Stream<DynamicTest> eachRow(List<Runner> runners, List<Row> rows, Check check) {
    return rows.stream()
        .flatMap(
            row ->
                runners.stream()
                    .map(
                        runner ->
                            DynamicTest.dynamicTest(
                                row.key() + ", " + runner, () -> check.on(row, runner))));
  }

  /** A test for each row and runner, by the row's first cell; and that none of either is alone. */
  static Stream<DynamicTest> eachRow(List<Row> rows, Map<String, Check> checks) {
    return eachRow(RUNNERS, rows, checks);
  }

  /** The same, of some runners. */
  static Stream<DynamicTest> eachRow(
      List<Runner> runners, List<Row> rows, Map<String, Check> checks) {
    DynamicTest complete =
        DynamicTest.dynamicTest(
            "every row has a test and every test a row",
            () ->
                assertEquals(
                    new LinkedHashSet<>(rows.stream().map(Row::key).toList()), checks.keySet()));
    return Stream.concat(
        Stream.of(complete),
        eachRow(
            runners,
            rows.stream().filter(row -> checks.containsKey(row.key())).toList(),
            (row, runner) -> checks.get(row.key()).on(row, runner)));
  }
}
