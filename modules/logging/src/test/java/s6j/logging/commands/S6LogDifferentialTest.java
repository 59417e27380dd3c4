package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.testing.CommandRunner;

/**
 * Ours and the original do the same. What is allowed to differ: times; where exactly a file ends
 * when many lines come at once (the original ends it after a whole batch); and that the original
 * drops a last line without newline, which ours keeps.
 */
class S6LogDifferentialTest {
  private static CommandRunner runner;
  @TempDir Path temp;

  @BeforeAll
  static void serve() throws IOException {
    runner = CommandRunner.of(LoggingCommands.all());
  }

  @AfterAll
  static void stop() throws IOException {
    runner.close();
  }

  private static final List<String> INPUTS = inputs();

  private static List<String> inputs() {
    List<String> inputs = new ArrayList<>();
    inputs.add("");
    inputs.add("one\n");
    inputs.add("\n\n\n");
    inputs.add("no newline at the end");
    inputs.add("one\ntwo\nthree");
    inputs.add("a\0b\n\0\0c\nd\0");
    inputs.add("ab error: x\nwarning y\nfoo bar\n\ninfo z\nERROR\n  indented\ttab\nfoo\n");
    StringBuilder bytes = new StringBuilder();
    for (int b = 255; b >= 0; b--) {
      bytes.append((char) b).append("x").append((char) b);
    }
    inputs.add(bytes + "\n" + bytes);
    inputs.add("x".repeat(8191) + "\n" + "y".repeat(8192) + "\n" + "z".repeat(8193) + "\n");
    inputs.add("m".repeat(1 << 20) + "\nlast\n");
    StringBuilder many = new StringBuilder();
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      many.append("line ")
          .append(i)
          .append(' ')
          .append("abcdefghij".repeat(random.nextInt(9)))
          .append(i % 7 == 0 ? " foo\n" : "\n");
    }
    inputs.add(many.toString());
    return List.copyOf(inputs);
  }

  /** Scripts of one line each, separated by spaces; an underscore stands for a space in a word. */
  private static final String[] SCRIPTS = {
    "1",
    "t 1",
    "T 1",
    "T t 1",
    "2",
    "t 2",
    "E10 2",
    "E0 2",
    "E1 T 2",
    "pfoo 1",
    "pfoo_bar t 1 p 1",
    "pfoo 2",
    "=st",
    "^0 =st",
    "^10 =st",
    "^3 t =st",
    "^60 T =st",
    "pfoo =st 1",
    "./d",
    "t ./d",
    "T n20 s1000000 ./d",
    "n20 s1000000 T ./d",
    "n1000 s4096 ./d",
    "n1000 s4096 l2048 t ./d",
    "n1000 s4096 l0 ./d",
    "n1000 s5000 S100000000 ./d",
    "n1000 s4096 pxyz ./d",
    "./d ./e",
    "t ./d T ./e",
    "-foo ./d f ./e",
    "- +foo ./d",
    "- +foo ./d f ./e",
    "- +foo 1 +bar 2 f ./d",
    "-error ./d - +error ./e",
    "-^x 1",
    "-^$ 1",
    "- +^$ 1",
    "- +[[:upper:]] 1",
    "- +^[^[:space:]]+$ 1",
    "- +(foo|info).*(z|bar) 1",
    "- +a{2,} 1",
    "-. 1",
    "- +. 1",
    "- + 1",
    "+ 1",
    "f 1",
    "f 1 f 2",
    "1 2 =st ./d",
    "1 1",
    "!cat n1000 s4096 ./d",
    "?tr_a-z_A-Z n1000 s4096 ./d",
    "!sed_s/line/LINE/ n1000 s4096 t ./d",
    "!cat ! n1000 s4096 ./d",
    "?cat;echo_end n1000 s4096 ./d",
    "- +\\. 1",
    "-\\bfoo\\b 1",
    "- +x+$ =st ./d",
    "1 f",
    "1 n5 +x",
    "r500 E7 n3 2 1",
  };

  private static final String[] OPTIONS = {"", "-b", "-l 48", "-l 0", "-p -l 100"};

  @Test
  void scripts_and_inputs() throws Exception {
    int compared = 0;
    for (int s = 0; s < SCRIPTS.length; s++) {
      for (int i = 0; i < INPUTS.size(); i++) {
        // The long input with every eighth script only: it takes a tenth of a second.
        if (INPUTS.get(i).length() < 1 << 20 || s % 8 == 0) {
          compare(OPTIONS[(s + i) % OPTIONS.length], SCRIPTS[s], INPUTS.get(i));
          compared++;
        }
      }
    }
    assertTrue(compared >= 500, "compared " + compared);
  }

  private void compare(String options, String script, String input) throws IOException {
    List<String> words = new ArrayList<>(List.of("s6-log"));
    // Nothing is trimmed: what is trimmed depends on where files end.
    for (String word : (options + " -- n1000 " + script).trim().split(" ")) {
      words.add(word.replace('_', ' '));
    }
    boolean partial = !input.isEmpty() && !input.endsWith("\n") && !input.endsWith("\0");
    String shown = words + " with input " + INPUTS.indexOf(input);
    assertSame(
        run("original", partial ? input + "\n" : input, "/usr/bin:/bin", words),
        run("ours", input, null, words),
        shown);
  }

  /** With lines of stderr that are the same as the line before them left out. */
  private static Map<String, String> eachOnce(Map<String, String> seen) {
    Map<String, String> once = new LinkedHashMap<>(seen);
    StringBuilder lines = new StringBuilder();
    String before = "";
    for (String line : seen.getOrDefault("stderr", "").split("(?<=\n)")) {
      lines.append(line.equals(before) ? "" : line);
      before = line;
    }
    once.replace("stderr", lines.toString());
    return once;
  }

  /** Shows only where they begin to differ. */
  private static void assertSame(
      Map<String, String> original, Map<String, String> ours, String shown) {
    assertEquals(original.keySet(), ours.keySet(), shown);
    for (String key : original.keySet()) {
      try {
        Logs.assertText(original.get(key), ours.get(key));
      } catch (AssertionError e) {
        throw new AssertionError(shown + ", " + key + ": " + e.getMessage(), e);
      }
    }
  }

  /** Runs it in an empty directory; all that can be seen of it afterwards. */
  private Map<String, String> run(String name, String input, String path, List<String> words)
      throws IOException {
    Path cwd = Files.createDirectory(temp.resolve(name));
    Map<String, String> environment = path == null ? Map.of() : Map.of("PATH", path);
    String[] command = words.toArray(new String[0]);
    CommandRunner.Outcome outcome =
        path == null
            ? runner.run(cwd, input, environment, command)
            : CommandRunner.runProgram(cwd, input, environment, command);
    Map<String, String> seen = new TreeMap<>();
    seen.put("code", "" + outcome.code());
    seen.put("stdout", timeless(outcome.stdout()));
    seen.put("stderr", timeless(outcome.stderr()));
    try (Stream<Path> files = Files.list(cwd)) {
      for (Path file : files.toList()) {
        seen.put(
            file.getFileName().toString(),
            Files.isDirectory(file) ? directory(file) : status(file));
      }
    }
    Logs.delete(cwd);
    return seen;
  }

  private static String directory(Path directory) throws IOException {
    List<String> fixed =
        Logs.names(directory).stream().filter(name -> !name.startsWith("@")).toList();
    StringBuilder seen = new StringBuilder(Logs.mode(directory) + fixed);
    for (String name : fixed) {
      seen.append(' ').append(Logs.mode(directory.resolve(name)));
    }
    String lines = timeless(Logs.all(directory)).replace("end\n", "");
    // Processors that change lines change those of ended files only.
    return seen.append('\n').append(lines.toLowerCase(java.util.Locale.ROOT)).toString();
  }

  private static String status(Path file) throws IOException {
    return Logs.mode(file) + " " + timeless(Logs.content(file));
  }

  private static String timeless(String text) {
    return text.replaceAll("@4[0-9a-f]{23}", "@LABEL")
        .replaceAll("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{9}", "TIME")
        .replaceAll("@4[0-9a-f]{2}$", "@LA")
        .replaceAll("s6-log: usage: .*", "USAGE");
  }

  @Test
  void messages_and_codes_of_what_cannot_be() throws Exception {
    String[] commandLines = {
      "",
      "f",
      "x 1",
      "n 1",
      "nx 1",
      "n5x 1",
      "t",
      "tx 1",
      "f1 1",
      "1x",
      "2x",
      "s 1",
      "s4294967296 1",
      "=",
      "^ 1",
      "n-1 1",
      "n+1 1",
      "S18446744073709551616 1",
      "l4294967296 1",
      "r2147483648 1",
      "s4096 l2049 ./d",
      "s5000 l2501 ./d",
      "-l x 1",
      "-z 1",
      "-- /dev/null",
      "/nonexist/d",
      "-d 7 1",
      "-d 1 1",
      "-d0 1",
      "-dx 1",
      "- 1",
      "- +a 1",
      "1 t",
      "-q 1 t",
      "-qv 1 t",
      "-vq 1 t",
      "--",
      "-- -",
      "--foo 1",
      "-b",
      "=nodir/f",
    };
    for (String commandLine : commandLines) {
      List<String> words = new ArrayList<>(List.of("s6-log"));
      if (!commandLine.isEmpty()) {
        words.addAll(List.of(commandLine.split(" ")));
      }
      String input = "one\nan";
      // What fails for each batch is told as often as there were batches: one or two.
      assertSame(
          eachOnce(run("original", input + "\n", "/usr/bin:/bin", words)),
          eachOnce(run("ours", input, null, words)),
          commandLine);
    }
  }

  @Test
  void files_end_at_the_same_line_when_lines_come_one_by_one() throws Exception {
    List<List<Long>> sizes = new ArrayList<>();
    for (String program : new String[] {"s6-log", Logs.ORIGINAL}) {
      Path cwd =
          Files.createDirectory(
              temp.resolve(program.substring(program.indexOf("s6")) + sizes.size()));
      Process logger = Logs.start(runner, cwd, program, "n100", "s4096", "l300", "t", "./d");
      Random random = new Random(8);
      long expected = 0;
      for (int i = 0; i < 150; i++) {
        String line = "x".repeat(random.nextInt(300)) + "\n";
        Logs.send(logger, line);
        expected += line.length() + 26;
        long have = expected;
        Logs.await("line " + i, () -> written(cwd.resolve("d"), have));
      }
      assertEquals(0, Logs.end(logger));
      List<Long> ofFiles = new ArrayList<>();
      for (Path file : Logs.archives(cwd.resolve("d"))) {
        ofFiles.add(Files.size(file));
      }
      ofFiles.add(Files.size(cwd.resolve("d/current")));
      sizes.add(ofFiles);
    }
    assertEquals(sizes.get(1), sizes.get(0));
    assertTrue(sizes.get(0).size() > 4);
  }

  private static boolean written(Path directory, long expected) {
    try {
      long total = 0;
      for (Path file : Logs.archives(directory)) {
        total += Files.size(file);
      }
      return total + Files.size(directory.resolve("current")) == expected;
    } catch (IOException e) {
      // In the middle of a rotation.
      return false;
    }
  }
}
