package s6j.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/** What ends up where is what Debian's s6-log makes of the same script and the same lines. */
class S6LogTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  private static final String[][] SCRIPTS = {
    {"/D"},
    {"1"},
    {"1", "/D"},
    {"-", "+keep", "/D"},
    {"-drop", "/D"},
    {"-", "+a", "/D", "f", "1"},
    {"-a", "1", "+b", "/D"},
    {"+[[:digit:]]+x", "1"},
    {"-^$", "1"},
    {"n2", "s4096", "/D"},
    {"E10", "2"},
    {"2"},
  };

  private static final String[] INPUTS = {
    "",
    "\n",
    "one\ntwo\n",
    "no end",
    "keep this\ndrop that\na b\nb\n12x\n\n",
    "nul\0nul\n",
    "\377\200\n",
  };

  @TempDir Path temp;

  private List<String> contents(Path directory) throws IOException {
    List<String> all = new ArrayList<>();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString().replaceAll("@[0-9a-f]{24}", "@");
          all.add(
              name
                  + " "
                  + Files.getPosixFilePermissions(file)
                  + " "
                  + Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return all;
  }

  private static String[] command(String[] script, Path directory) {
    List<String> words = new ArrayList<>(List.of("s6-log", "--"));
    for (String directive : script) {
      words.add(directive.equals("/D") ? directory.toString() : directive);
    }
    return words.toArray(new String[0]);
  }

  /** The original drops a last line without its end; ours adds the end, as its manual says. */
  private static String ended(String input) {
    return input.isEmpty() || input.endsWith("\n") ? input : input + "\n";
  }

  @Test
  void files_output_and_codes_are_those_of_the_original() throws Exception {
    try (CommandRunner ours = CommandRunner.of(LoggingCommands.all())) {
      int n = 0;
      for (String[] script : SCRIPTS) {
        for (String input : INPUTS) {
          Path a = temp.resolve("original" + n);
          Path b = temp.resolve("ours" + n++);
          var expected = CommandRunner.runProgram(temp, ended(input), PATH, command(script, a));
          var actual = ours.run(temp, input, Map.of(), command(script, b));
          String what = String.join(" ", script) + " < " + input;
          assertEquals(expected, actual, what);
          assertEquals(contents(a), contents(b), what);
        }
      }
    }
  }

  @Test
  void rotation_loses_no_line_and_keeps_as_many_files_as_asked_for() throws Exception {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      input.append("line ").append(i).append(" of some length to fill files with\n");
    }
    Path directory = temp.resolve("d");
    try (CommandRunner ours = CommandRunner.of(LoggingCommands.all())) {
      var outcome =
          ours.run(
              temp,
              input.toString(),
              Map.of(),
              "s6-log",
              "-b",
              "n1000",
              "s8192",
              directory.toString());
      assertEquals(0, outcome.code(), outcome.stderr());
    }
    StringBuilder all = new StringBuilder();
    int archives = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("@")).sorted().toList()) {
        assertTrue(Files.size(file) <= 8192, file + " is too large");
        all.append(Files.readString(file));
        archives++;
      }
    }
    assertEquals(input.toString(), all + Files.readString(directory.resolve("current")));
    assertTrue(archives > 15, archives + " archives");
  }

  @Test
  void a_directory_of_the_original_is_taken_over_and_given_back() throws Exception {
    Path directory = temp.resolve("d");
    try (CommandRunner ours = CommandRunner.of(LoggingCommands.all())) {
      CommandRunner.runProgram(temp, "one\n", PATH, "s6-log", directory.toString());
      ours.run(temp, "two\n", Map.of(), "s6-log", directory.toString());
      CommandRunner.runProgram(temp, "three\n", PATH, "s6-log", directory.toString());
      assertEquals("one\ntwo\nthree\n", Files.readString(directory.resolve("current")));
    }
  }

  @Test
  void stamps_are_tai64n_and_iso_8601() throws Exception {
    try (CommandRunner ours = CommandRunner.of(LoggingCommands.all())) {
      String iso = ours.run(temp, "x\n", Map.of(), "s6-log", "T", "1").stdout();
      assertTrue(iso.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{9}  x\n"), iso);
      String tai = ours.run(temp, "x\n", Map.of(), "s6-log", "t", "1").stdout();
      assertTrue(tai.matches("@40000000[0-9a-f]{16} x\n"), tai);
    }
  }
}
