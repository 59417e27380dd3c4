package s6j.commands.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.commands.portable.words.WordCommands;
import s6j.testing.CommandRunner.Outcome;

/** The portable utils about words: what they say, beside coreutils where these have the same. */
class WordCommandsTest {
  private static final Map<String, String> C = Map.of("LC_ALL", "C");

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(WordCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private static Outcome said(String text) {
    return new Outcome(0, text, "");
  }

  /** Ours is called s6-NAME and does what coreutils' NAME does. */
  private void compare(String name, String... arguments) {
    String[] ours = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, ours, 1, arguments.length);
    String[] theirs = ours.clone();
    ours[0] = "s6-" + name;
    theirs[0] = name;
    Outcome expected = both.original(C, theirs);
    Outcome actual = both.ours(ours);
    String what = String.join(" ", ours);
    assertEquals(expected.code(), actual.code(), what + ": " + actual.stderr());
    assertEquals(expected.stdout(), actual.stdout(), what);
  }

  @Test
  void basename_and_dirname_take_paths_apart_as_posix_says() {
    for (String path :
        List.of(
            "/usr/bin/sort", "a", "/", "//", "///a", "a/", "a//b//", ".", "..", "", "a b/c d")) {
      compare("basename", path);
      compare("dirname", path);
    }
    for (String suffix : List.of("", ".c", "x.c", "ax.c", "/", "c")) {
      compare("basename", "d/ax.c", suffix);
    }
    assertEquals(said("b"), both.ours("s6-basename", "-n", "a/b"));
    assertEquals(said("a"), both.ours("s6-dirname", "-n", "a/b"));
    assertEquals(
        new Outcome(100, "", "s6-basename: usage: s6-basename [ -n ] path [ suffix ]\n"),
        both.ours("s6-basename"));
  }

  @Test
  void echo_says_its_words_as_they_are() {
    assertEquals(said("a b\n"), both.ours("s6-echo", "a", "b"));
    assertEquals(said("a"), both.ours("s6-echo", "-n", "a"));
    assertEquals(said("a:b\n"), both.ours("s6-echo", "-s", ":x", "a", "b"));
    assertEquals(said("\\n -n\n"), both.ours("s6-echo", "\\n", "-n"));
    assertEquals(said("-n\n"), both.ours("s6-echo", "--", "-n"));
    assertEquals(said("\n"), both.ours("s6-echo"));
    assertEquals(100, both.ours("s6-echo", "-e", "a").code());
  }

  @Test
  void expr_computes_and_compares_as_expr_does() {
    for (String expression :
        List.of(
            "1 + 2 * 3",
            "( 1 + 2 ) * 3",
            "7 / 2",
            "-7 / 2",
            "-7 % 2",
            "1 - 1",
            "0",
            "-0",
            "00",
            "a",
            "",
            "a < b",
            "10 < 9",
            "a = a",
            "10 = 010",
            "1 | 1 / 0",
            "0 & 1 / 0",
            "0 | 0",
            "a & b",
            "1 / 0",
            "1 +",
            "( 1",
            ")",
            "1 2",
            "1 - 2 - 3",
            "2 * 3 - 4 * 5",
            "5 >= 5",
            "5 != 5",
            "a + 1",
            "99999999999999999999 * 9",
            "-1 < 0",
            "1 = 1 = 1",
            "-- 1",
            "--")) {
      compare("expr", expression.isEmpty() ? new String[] {""} : expression.split(" "));
    }
    assertEquals(
        new Outcome(2, "", "s6-expr: fatal: division by zero\n"),
        both.ours("s6-expr", "1", "/", "0"));
    assertEquals(2, both.ours("s6-expr").code());
  }

  @Test
  void expr_agrees_with_expr_on_arbitrary_words() {
    String[] words = {
      "0", "1", "2", "-3", "a", "+", "-", "*", "/", "%", "<", "=", "|", "&", "(", ")"
    };
    Random random = new Random(11);
    for (int i = 0; i < 150; i++) {
      String[] expression = new String[1 + 2 * random.nextInt(4)];
      for (int k = 0; k < expression.length; k++) {
        boolean operand = k % 2 == 0 || random.nextInt(10) == 0;
        expression[k] =
            random.nextInt(12) == 0
                ? words[random.nextInt(words.length)]
                : operand ? words[random.nextInt(5)] : words[5 + random.nextInt(9)];
      }
      // In expr a plus before a word quotes it.
      if (!List.of(expression).contains("+")) {
        compare("expr", expression);
      }
    }
  }

  @Test
  void seq_counts_as_seq_does() {
    for (String range :
        List.of("5", "0", "3 7", "7 3", "1 3 10", "10 5 11", "-w 8 11", "-w 1 3", "98 101")) {
      compare("seq", range.split(" "));
    }
    assertEquals(said("1, 2, 3, "), both.ours("s6-seq", "-s", ", ", "3"));
    assertEquals(said("1\0" + "2\0"), both.ours("s6-seq", "-s", "", "2"));
    assertEquals(said("4294967294\n4294967295\n"), both.ours("s6-seq", "4294967294", "4294967295"));
    assertEquals(both.original(C, "seq", "30000"), both.ours("s6-seq", "30000"));
    for (String bad : List.of("-1", "x", "1 0 2", "1 1 1 1", "")) {
      assertEquals(100, both.ours(("s6-seq " + bad).strip().split(" ")).code(), bad);
    }
  }

  @Test
  void quote_makes_printable_strings() {
    assertEquals(said("\"a b\"\n"), both.ours("s6-quote", "a b"));
    assertEquals(said("\"a\\\"\\\\\""), both.ours("s6-quote", "-n", "a\"\\"));
    assertEquals(
        said("\"\\a\\b\\t\\n\\v\\f\\r\\0x01\\0x7f\"\n"),
        both.ours("s6-quote", "\u0007\b\t\n\u000b\f\r\u0001\u007f"));
    assertEquals(said("a'\\\"\n"), both.ours("s6-quote", "-u", "a'\""));
    assertEquals(said("'a\\'\"'\n"), both.ours("s6-quote", "-d", "'", "a'\""));
    assertEquals(said("a\\0x61ba\n"), both.ours("s6-quote", "-d", "a", "ab"));
    assertEquals(100, both.ours("s6-quote", "-d", "", "ab").code());
    assertEquals(100, both.ours("s6-quote").code());
  }

  @Test
  void unquote_gives_back_what_was_quoted_and_so_does_execlineb() {
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      StringBuilder string = new StringBuilder("x");
      for (int k = random.nextInt(12); k > 0; k--) {
        string.append((char) (1 + random.nextInt(127)));
      }
      String quoted = both.ours("s6-quote", "-n", string.toString()).stdout();
      assertEquals(said(string.toString()), both.ours("s6-unquote", "-n", quoted));
      assertEquals(
          string.toString(),
          both.original(Map.of(), "execlineb", "-Pc", "printf %s " + quoted).stdout(),
          quoted);
    }
  }

  @Test
  void unquote_says_what_is_wrong() {
    assertEquals(said("a\tA\n"), both.ours("s6-unquote", "\"a\\t\\0x41\""));
    assertEquals(said("a\n"), both.ours("s6-unquote", "-d", "'\"", "'a'"));
    assertEquals(said("a\"\n"), both.ours("s6-unquote", "-d", "", "a\\\""));
    assertEquals(
        new Outcome(
            100,
            "",
            "s6-unquote: fatal: unable to unquote string: it does not begin with a quote\n"),
        both.ours("s6-unquote", "a"));
    for (String bad :
        List.of("\"a", "\"a\"b", "\"\\", "\"\\0x4\"", "\"\\0123\"", "", "\"\\0xg0\"")) {
      assertEquals(100, both.ours("s6-unquote", bad).code(), bad);
    }
  }

  @Test
  void uniquename_names_time_process_and_machine() {
    String name = both.ours("s6-uniquename", "/tmp/x").stdout();
    String host = both.original(Map.of(), "uname", "-n").stdout().strip();
    assertTrue(name.matches("/tmp/x:@4[0-9a-f]{23}:[0-9]+:\\Q" + host + "\\E\n"), name);
    String random = both.ours("s6-uniquename", "-n", "12", "x").stdout();
    assertTrue(
        random.matches("x:@4[0-9a-f]{23}:[0-9]+:\\Q" + host + "\\E:[-_0-9A-Za-z]{12}\n"), random);
    assertEquals(100, both.ours("s6-uniquename").code());
  }
}
