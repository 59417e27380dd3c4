package s6j.commands.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.commands.portable.text.TextCommands;
import s6j.testing.CommandRunner.Outcome;

/** The portable utils that read text, beside the standard tools where these do the same. */
class TextCommandsTest {
  private static final String BYTES;

  static {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      all.append((char) i);
    }
    BYTES = all.toString();
  }

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(TextCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private static Outcome said(String text) {
    return new Outcome(0, text, "");
  }

  private void file(String name, String content) throws Exception {
    Files.write(directory.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String[] words(String first, List<String> more) {
    List<String> words = new ArrayList<>();
    words.add(first);
    words.addAll(more);
    return words.toArray(String[]::new);
  }

  /** Ours is called s6-NAME and does what NAME does. */
  private void compare(String stdin, String name, String... arguments) {
    List<String> list = Arrays.asList(arguments);
    Outcome expected = both.originalReading(stdin, words(name, list));
    Outcome actual = both.oursReading(stdin, words("s6-" + name, list));
    String what = name + " " + String.join(" ", arguments) + " < " + stdin;
    assertEquals(expected.stdout(), actual.stdout(), what);
    assertEquals(expected.code(), actual.code(), what);
  }

  private String shell(String script) {
    return both.ours("sh", "-c", script).stdout();
  }

  /** Lines of a few letters, many of them alike; about so many bytes. */
  private static String letters(int size, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(size + 20);
    while (text.length() < size) {
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append((char) ('a' + random.nextInt(4)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void cat_copies_every_byte_from_wherever_to_wherever() throws Exception {
    String much = BYTES.repeat(2000);
    file("in", much);
    assertEquals(said(BYTES), both.oursReading(BYTES, "s6-cat", "-x", "ignored"));
    String sum = shell("md5sum < in");
    assertEquals(sum, shell("s6-cat < in | md5sum"));
    assertEquals(sum, shell("cat in | s6-cat | md5sum"));
    assertEquals(sum, shell("cat in | s6-cat > out; md5sum < out"));
    assertEquals(sum, shell("s6-cat < in > out; md5sum < out"));
    assertEquals(sum, shell("cp in out; : > end; cat in | s6-cat >> end; md5sum < end"));
    assertEquals("x\n", shell("printf 'x\\n' | s6-cat > /dev/full; s6-cat < /dev/null; echo x"));
    assertEquals(
        "s6-cat: fatal: unable to write to stdout: No space left on device\n111\n",
        shell("s6-cat < in 2>&1 > /dev/full; echo $?"));
    assertEquals(
        "s6-cat: fatal: unable to read from stdin: Is a directory\n111\n",
        shell("s6-cat < . 2>&1; echo $?"));
  }

  @Test
  void cat_passes_on_what_there_is_at_once() {
    // The second line is written only after the first has come through.
    assertEquals(
        "a\nb\n",
        shell(
            "mkfifo f; { echo a; read x < f; echo b; } | s6-cat |"
                + " { read l; echo $l; echo > f; cat; }"));
  }

  @Test
  void grep_finds_what_regcomp_does() {
    String[] pieces = {
      "a",
      "b",
      ".",
      "*",
      "\\(",
      "\\)",
      "\\{1,2\\}",
      "[ab]",
      "[^a]",
      "^",
      "$",
      "\\.",
      "+",
      "?",
      "\\+",
      "\\?",
      "\\|",
      "|",
      "(",
      "(a)",
      "{",
      "[[:alpha:]]",
      "ab",
      "\\w",
      "\\<",
      "\\>",
      "]"
    };
    Random random = new Random(31);
    String lines =
        "\na\nb\nab\nba\naab\nabb\nA\nAB\na+b\n(a)\na{1,2}\na|b\na.b\n.\n*\n^a\na$\n]\na b\n1a\nx";
    int valid = 0;
    for (int i = 0; i < 250; i++) {
      StringBuilder pattern = new StringBuilder();
      for (int k = 1 + random.nextInt(5); k > 0; k--) {
        pattern.append(pieces[random.nextInt(pieces.length)]);
      }
      boolean extended = i % 3 == 0;
      boolean ignoreCase = i % 2 == 0;
      Outcome expected =
          both.originalReading(
              lines, "sed", extended ? "-nE" : "-n", "/" + pattern + (ignoreCase ? "/I=" : "/="));
      Outcome actual =
          both.oursReading(
              lines,
              "s6-grep",
              "-n" + (extended ? "E" : "") + (ignoreCase ? "i" : ""),
              "--",
              pattern.toString());
      String what = (extended ? "extended " : "basic ") + pattern + ": " + actual.stderr();
      if (expected.code() == 0) {
        valid++;
        assertEquals(expected.stdout(), actual.stdout().replaceAll(":.*", ""), what);
        assertEquals(expected.stdout().isEmpty() ? 1 : 0, actual.code(), what);
      } else {
        assertEquals(111, actual.code(), what + expected.stderr());
      }
    }
    assertEquals(true, valid > 80, "valid expressions: " + valid);
  }

  @Test
  void grep_counts_numbers_inverts_and_keeps_quiet() {
    String text = "one\ntwo\nthree\nfour";
    for (String options :
        List.of(
            "o", "-v o", "-c o", "-n o", "-nv o", "-cv e", "-F t", "-Fi T", "-E t|f", "x", "-c x",
            "-i O", "-F .", "-F one")) {
      compare(text, "grep", options.split(" "));
    }
    compare(text, "grep", "");
    compare(text, "grep", "-F", "");
    compare("", "grep", "");
    assertEquals(said(""), both.oursReading(text, "s6-grep", "-q", "o"));
    assertEquals(new Outcome(1, "", ""), both.oursReading(text, "s6-grep", "-q", "x"));
    assertEquals(
        "rest\n",
        shell("{ printf 'a\\nb\\n'; sleep 0.1; printf 'c\\n'; } | s6-grep -q a && echo rest"));
    assertEquals(
        said("\u00e9\0x\n"),
        both.oursReading("\u00e9\0x\ny\n", "sh", "-c", "s6-grep \"$(printf '\\351')\""));
  }

  @Test
  void grep_says_what_is_wrong_with_an_expression() {
    assertEquals(
        new Outcome(111, "", "s6-grep: fatal: unable to compile \\(: unmatched (\n"),
        both.oursReading("a\n", "s6-grep", "\\("));
    assertEquals(
        new Outcome(
            111,
            "",
            "s6-grep: fatal: unable to compile \\(a\\)\\1: back references are not supported\n"),
        both.oursReading("aa\n", "s6-grep", "\\(a\\)\\1"));
    assertEquals(100, both.ours("s6-grep").code());
    assertEquals(100, both.ours("s6-grep", "-x", "a").code());
  }

  @Test
  void grep_is_not_held_up_by_an_expression() {
    assertEquals(
        new Outcome(1, "", ""),
        both.oursReading("a".repeat(5000) + "\n", "s6-grep", "-E", "^(a*)*(a|aa)*b$"));
  }

  @Test
  void cut_takes_bytes_and_fields_as_cut_does() throws Exception {
    String text = "a:b:c:d\nno delimiter\n::x\n\n:\na:b\nlast:line:without";
    for (String options :
        List.of(
            "-b 1",
            "-c 2-3",
            "-b -2",
            "-b 3-",
            "-b 1,3-4,9-",
            "-b 4,1",
            "-f1 -d:",
            "-f 2- -d :",
            "-f 1,3 -d :",
            "-f 2 -d: -s",
            "-f 9 -d :",
            "-f -2 -d : -s",
            "-b 2-3 -n",
            "-f 1",
            "-b 1-3,2-5,4",
            "-f 3,1 -d:",
            "-d : -f 2,4-")) {
      compare(text, "cut", options.split(" "));
    }
    compare(BYTES, "cut", "-b", "3-200");
    file("one", "a:b\n");
    file("two", "c:d");
    compare("x:y\n", "cut", "-d:", "-f2", "one", "-", "two");
    Random random = new Random(3);
    for (int i = 0; i < 30; i++) {
      StringBuilder lines = new StringBuilder();
      for (int k = random.nextInt(60); k > 0; k--) {
        lines.append("ab::\n".charAt(random.nextInt(5)));
      }
      int from = 1 + random.nextInt(4);
      String list = from + "-" + (from + random.nextInt(3)) + "," + (1 + random.nextInt(9));
      compare(lines.toString(), "cut", "-b", list);
      compare(lines.toString(), "cut", "-d:", "-f", list);
      compare(lines.toString(), "cut", "-d:", "-s", "-f", list);
    }
    for (String bad : List.of("", "-b 0", "-b 2-1", "-b -", "-b x", "-b 1 -f 1", "-f 1 -d ab")) {
      assertEquals(100, both.ours(("s6-cut " + bad).strip().split(" ")).code(), bad);
    }
    assertEquals(
        new Outcome(111, "", "s6-cut: fatal: unable to open none: No such file or directory\n"),
        both.ours("s6-cut", "-b", "1", "none"));
  }

  @Test
  void cut_does_not_hold_lines() {
    // More than a line may have that has to be held.
    assertEquals("5\n", shell("head -c 3000000 /dev/zero | tr '\\0' a | s6-cut -b 1-4 | wc -c"));
    assertEquals(
        "y\n",
        shell(
            "{ printf x:; head -c 3000000 /dev/zero | tr '\\0' a; printf :y; } | s6-cut -d: -f3"));
  }

  @Test
  void head_prints_what_comes_first() throws Exception {
    String text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
    for (String options : List.of("", "-n 3", "-3", "-n 0", "-n 99", "-c 5", "-c 0", "-c 999")) {
      compare(text, "head", options.isEmpty() ? new String[0] : options.split(" "));
    }
    file("one", text);
    file("two", "x\n");
    compare("", "head", "-n", "2", "one", "two");
    compare("", "head", "-n", "2", "one");
    assertEquals(100, both.ours("s6-head", "-n", "x").code());
    assertEquals(111, both.ours("s6-head", "none").code());
  }

  @Test
  void head_that_is_safe_leaves_the_rest_to_others() throws Exception {
    file("in", "a\nbb\nccc\ndddd\n");
    assertEquals("a\nbb\n-\nccc\ndddd\n", shell("{ s6-head -S -n 2; echo -; cat; } < in"));
    assertEquals("a\nbb\n-\nccc\ndddd\n", shell("cat in | { s6-head -S -2; echo -; cat; }"));
    assertEquals("a\nb-b\n", shell("cat in | { s6-head -S -c 3; printf -- -; s6-head -S -n 1; }"));
  }

  @Test
  void tail_prints_what_comes_last_of_files_and_streams() throws Exception {
    for (String text :
        List.of("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12", "1\n2\n3\n", "", "\n\n", "x")) {
      file("in", text);
      for (String options :
          List.of(
              "-n 3", "-n 0", "-n 99", "-n +3", "-n +0", "-n +1", "-n -2", "-c 4", "-c 0", "-c +3",
              "-c 99", "-n 1", "-n 2")) {
        compare(text, "tail", options.split(" "));
        compare("", "tail", words(options.split(" ")[0], List.of(options.split(" ")[1], "in")));
      }
      compare(text, "tail");
      assertEquals(
          both.oursReading(text, "s6-tail", "-n", "4"), both.oursReading(text, "s6-tail", "-4"));
    }
    assertEquals(111, both.ours("s6-tail", "none").code());
    assertEquals(100, both.ours("s6-tail", "-n", "x").code());
  }

  @Test
  void tail_of_a_file_begins_where_the_file_is_open_and_of_a_stream_may_be_large()
      throws Exception {
    file("in", letters(400_000, 4));
    assertEquals(shell("tail -n 30000 in | md5sum"), shell("s6-tail -n 30000 in | md5sum"));
    assertEquals(shell("tail -c 200001 in | md5sum"), shell("s6-tail -c 200001 < in | md5sum"));
    assertEquals(shell("tail -n 9 in"), shell("cat in | s6-tail -n 9"));
    assertEquals(
        "b\n",
        shell("printf 'aaa\\nb\\n' > s; { head -c 4 >/dev/null; s6-tail -n 5; } < s | tail -n 1"));
    file("large", letters(3_000_000, 5));
    assertEquals(
        shell("tail -n 400000 large | md5sum"), shell("cat large | s6-tail -n 400000 | md5sum"));
    assertEquals(
        shell("tail -c 2000000 large | md5sum"),
        shell("cat large | TMPDIR=. s6-tail -c 2000000 | md5sum"));
    assertEquals(shell("ls"), "in\nlarge\ns\n");
  }

  @Test
  void sort_orders_bytes() {
    String text = "b\na\nC\nc\n B\n\tb\n\naa\na\nAb\nab\n\u00e9\nz";
    for (String options : List.of("", "-r", "-u", "-ru")) {
      compare(text, "sort", options.isEmpty() ? new String[0] : options.split(" "));
    }
    String letters = letters(3000, 9) + letters(2000, 10).toUpperCase(java.util.Locale.ROOT);
    assertEquals(
        both.originalReading(letters, "sort", "-f", "-s"),
        both.oursReading(letters, "s6-sort", "-f"));
    assertEquals(
        both.originalReading(letters, "sort", "-f", "-s", "-u"),
        both.oursReading(letters, "s6-sort", "-fu"));
    assertEquals(said("a\n b\n\tc\nd\n"), both.oursReading("d\n\tc\n b\na\n", "s6-sort", "-b"));
    assertEquals(said("a\nb\0c\0"), both.oursReading("c\0a\nb", "s6-sort", "-0"));
    assertEquals(said(""), both.oursReading("", "s6-sort"));
  }

  @Test
  void sort_tells_whether_all_is_in_order() {
    for (String text : List.of("a\nb\n", "b\na\n", "a\na\n", "", "a", "B\na\n", "b\nB\n")) {
      for (String options : List.of("-c", "-cr", "-cu")) {
        int expected = both.originalReading(text, "sort", options).code();
        assertEquals(expected, both.oursReading(text, "s6-sort", options).code(), options + text);
      }
    }
  }

  @Test
  void sort_takes_more_than_fits_in_memory() throws Exception {
    // More runs than are merged at a time: one has 65,536 lines at most.
    file("in", letters(5_000_000, 1));
    assertEquals(shell("LC_ALL=C sort in | md5sum"), shell("s6-sort < in | md5sum"));
    assertEquals(
        shell("LC_ALL=C sort -ru in | md5sum"), shell("TMPDIR=. s6-sort -ru < in | md5sum"));
    assertEquals("in\n", shell("ls -A"));
    assertEquals(
        "s6-sort: fatal: unable to create temporary file in /none: No such file or directory\n111\n",
        shell("TMPDIR=/none s6-sort < in 2>&1; echo $?"));
  }

  @Test
  void a_line_that_is_too_long_is_refused() {
    assertEquals(
        "s6-grep: fatal: unable to read line: longer than 1048576 bytes\n111\n",
        shell("head -c 3000000 /dev/zero | tr '\\0' a | s6-grep b 2>&1; echo $?"));
    assertEquals(
        "1000001\n",
        shell("{ head -c 1000000 /dev/zero | tr '\\0' a; echo; } | s6-grep a | wc -c"));
  }

  @Test
  void format_filter_makes_a_line_of_each() {
    assertEquals(
        said("<a> x % s6-format-filter\n<b> x % s6-format-filter\n"),
        both.oursReading("a\nb", "sh", "-c", "s6-format-filter '<%s> %1 %% %0' x"));
    assertEquals(said("aa\n"), both.oursReading("a\n", "s6-format-filter", "%s%s"));
    assertEquals(said("x\nx\n"), both.oursReading("a\nb\n", "s6-format-filter", "x"));
    assertEquals(100, both.ours("s6-format-filter", "%x").code());
    assertEquals(100, both.ours("s6-format-filter", "%2", "x").code());
    assertEquals(100, both.ours("s6-format-filter", "a%").code());
    assertEquals(100, both.ours("s6-format-filter").code());
  }

  @Test
  void quote_filter_and_unquote_filter_are_each_the_reverse_of_the_other() {
    String text = BYTES.replace("\n", "") + "\n\n\"a\"\nx\\";
    String quoted = both.oursReading(text, "s6-quote-filter").stdout();
    assertEquals(said(text + "\n"), both.oursReading(quoted, "s6-unquote-filter"));
    assertEquals(said("\"a\\t\"\n"), both.oursReading("a\t", "s6-quote-filter"));
    assertEquals(said("a\\t\n"), both.oursReading("a\t", "s6-quote-filter", "-u"));
    assertEquals(said("'a'\n"), both.oursReading("a\n", "s6-quote-filter", "-d", "'"));
    assertEquals(said("a\t\n"), both.oursReading("a\\t\n", "s6-unquote-filter", "-d", ""));
  }

  @Test
  void unquote_filter_is_as_strict_as_it_is_told() {
    String text = "\"a\"\nb\n\"c\"\n";
    assertEquals(said("a\nb\nc\n"), both.oursReading(text, "s6-unquote-filter", "-q"));
    assertEquals(
        new Outcome(0, "a\nb\nc\n", "s6-unquote-filter: warning: unable to unquote line 2\n"),
        both.oursReading(text, "s6-unquote-filter"));
    assertEquals(
        new Outcome(
            0,
            "a\nb\nc\n",
            "s6-unquote-filter: warning: unable to unquote line 2: it does not begin with a quote\n"),
        both.oursReading(text, "s6-unquote-filter", "-v"));
    assertEquals(
        new Outcome(
            100,
            "a\n",
            "s6-unquote-filter: fatal: unable to unquote line 2: it does not begin with a quote\n"),
        both.oursReading(text, "s6-unquote-filter", "-w"));
  }

  @Test
  void tai64ndiff_tells_how_much_time_passed_between_lines() {
    assertEquals(
        said(
            "[                     ] first\n"
                + "[          1.500000000] second\n"
                + "[                     ] no label\n"
                + "[         -0.250000001] back\n"
                + "[         12.000000001]"),
        both.oursReading(
            "@4000000065000000"
                + "00000000 first\n"
                + "@4000000065000001"
                + "1dcd6500 second\n"
                + "no label\n"
                + "@4000000065000001"
                + "0ee6b27f back\n"
                + "@400000006500000d"
                + "0ee6b280",
            "s6-tai64ndiff"));
    assertEquals(said(""), both.oursReading("", "s6-tai64ndiff"));
  }
}
