package s6j.execline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import s6j.testing.CommandRunner;

/**
 * Every script of the corpus in tests-e2e/execline does the same with the original execline and
 * with ours: exit code, stdout (where {@code report} shows environment, descriptors, directory,
 * umask and signals), stderr, and files left behind.
 */
class ConformanceTest {
  private static final int AT_A_TIME = 3;

  private static CommandRunner runner;
  private static Path helpers;
  private static Map<String, Difference> differences;
  private static List<ScriptCase> cases;

  @BeforeAll
  static void read() throws Exception {
    runner = CommandRunner.of(ExeclineCommands.all());
    helpers = Helpers.directory();
    cases = ScriptCase.readAll(Helpers.corpus());
    differences = Difference.readAll(Helpers.corpus().resolve("differences.txt"));
  }

  @AfterAll
  static void close() throws Exception {
    runner.close();
  }

  @TestFactory
  List<DynamicTest> a_script_does_what_it_does_with_the_original() {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    List<DynamicTest> tests = new ArrayList<>();
    for (ScriptCase one : cases) {
      Future<Map<String, String>> original = threads.submit(() -> run(one, false));
      Future<Map<String, String>> ours = threads.submit(() -> run(one, true));
      tests.add(
          DynamicTest.dynamicTest(one.name(), () -> compare(one, original.get(), ours.get())));
    }
    threads.shutdown();
    return tests;
  }

  @Test
  void the_corpus_is_large_and_every_meant_difference_is_about_a_case_of_it() {
    assertTrue(cases.size() >= 400, cases.size() + " cases");
    List<String> names = cases.stream().map(ScriptCase::name).toList();
    assertEquals(cases.size(), names.stream().distinct().count(), "names are unique");
    for (String name : differences.keySet()) {
      assertTrue(names.contains(name), "no such case: " + name);
    }
  }

  private static void compare(
      ScriptCase one, Map<String, String> original, Map<String, String> ours) {
    Difference difference = differences.get(one.name());
    for (String aspect : original.keySet()) {
      String meant = difference == null ? null : difference.ours().get(aspect);
      if (meant != null) {
        assertEquals(meant, ours.get(aspect), aspect + " of ours: " + difference.reason());
        assertNotEquals(original.get(aspect), meant, aspect + " does not differ any more");
      } else {
        assertEquals(original.get(aspect), ours.get(aspect), aspect + " of\n" + one.script());
      }
    }
  }

  /** What a run did, by aspect. */
  private static Map<String, String> run(ScriptCase one, boolean ours) throws Exception {
    Path directory = Files.createTempDirectory("s6j-case");
    try {
      List<String> command = new ArrayList<>(List.of("execlineb"));
      command.addAll(one.options());
      if (one.fromFile()) {
        Files.writeString(directory.resolve("script"), one.script(), StandardCharsets.ISO_8859_1);
        command.add("./script");
      } else {
        command.add("-c");
        command.add(one.script());
      }
      command.addAll(one.arguments());
      Map<String, String> environment = new TreeMap<>(one.environment());
      Path commands = ours ? runner.directory() : Helpers.ORIGINALS;
      environment.putIfAbsent("PATH", commands + ":" + helpers + ":/usr/bin:/bin");
      String[] words = command.toArray(new String[0]);
      CommandRunner.Outcome outcome =
          ours
              ? runner.run(directory, one.stdin(), environment, words)
              : CommandRunner.runProgram(directory, one.stdin(), environment, words);
      return aspects(outcome, directory);
    } finally {
      delete(directory);
    }
  }

  private static Map<String, String> aspects(CommandRunner.Outcome outcome, Path directory)
      throws IOException {
    Map<String, String> aspects = new LinkedHashMap<>();
    aspects.put("stderr", comparable(Messages.comparable(outcome.stderr()), directory));
    aspects.put("stdout", comparable(outcome.stdout(), directory));
    aspects.put("code", Integer.toString(outcome.code()));
    aspects.put("files", comparable(files(directory), directory));
    return aspects;
  }

  private static String comparable(String text, Path directory) {
    return text.replace(directory.toString(), "DIRECTORY")
        .replace(runner.directory().toString(), "COMMANDS")
        .replace(Helpers.ORIGINALS.toString(), "COMMANDS")
        .replaceAll("/tmp/s6j[0-9]+\\.(out|err)", "STANDARD");
  }

  private static String files(Path directory) throws IOException {
    StringBuilder text = new StringBuilder();
    try (var paths = Files.walk(directory)) {
      for (Path file : paths.filter(p -> Files.isRegularFile(p)).sorted().toList()) {
        text.append(directory.relativize(file))
            .append(' ')
            .append(Files.getPosixFilePermissions(file))
            .append(": ")
            .append(Files.readString(file, StandardCharsets.ISO_8859_1))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
