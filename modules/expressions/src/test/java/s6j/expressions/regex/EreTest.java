package s6j.expressions.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.posix.Bytes;

/** POSIX extended regular expressions, on bytes. */
class EreTest {
  private static boolean find(String pattern, String line) {
    try {
      byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
      Bytes expression = Bytes.of(pattern.getBytes(StandardCharsets.ISO_8859_1));
      return Ere.compile(expression).find(bytes, 0, bytes.length);
    } catch (EreException e) {
      throw new AssertionError(pattern + ": " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "abc, xabcx, true",
        "abc, xabx, false",
        "a.c, abc, true",
        "^a, ab, true",
        "^a, ba, false",
        "a$, ba, true",
        "a$, ab, false",
        "^$, \"\", true",
        "^$, a, false",
        "a|b, xb, true",
        "a||z, q, true",
        "(ab)+c, ababc, true",
        "^(ab)+$, aba, false",
        "a**b, b, true",
        "^a+?$, \"\", true",
        "^a*+$, aaa, true",
        "\"^a{2,3}$\", aa, true",
        "\"^a{2,3}$\", aaaa, false",
        "\"^a{2,}$\", aaaaa, true",
        "\"^a{,2}$\", aa, true",
        "\"^a{,2}$\", aaa, false",
        "\"^a{0,0}$\", a, false",
        "^x{2}{2}$, xxxx, true",
        "(^a|b$), ca, false",
        "(^a|b$), cb, true",
        "a^b, a^b, false",
        "a$b, a$b, false",
        "a), a), true",
        "a}, a}, true",
        "a], a], true",
        "\\{, {, true",
        "\\., x, false",
        "\\., ., true",
        "\\n, n, true",
        "[]a], ], true",
        "[^]a], ], false",
        "[a-], -, true",
        "[-a], -, true",
        "[--a], /, true",
        "[a\\], \\, true",
        "[\\w], w, true",
        "[\\w], x, false",
        "[[:digit:][:upper:]], x, false",
        "[[:digit:][:upper:]], X, true",
        "[[:alpha:]-], -, true",
        "[[.a.]], a, true",
        "[[=a=]], a, true",
        "[[.a.]-c], b, true",
        "[a[.].]z], ], true",
        "[[a], [, true",
        "^[^[:space:]]+$, a b, false",
        "\\<ab, xab, false",
        "\\<ab, x ab, true",
        "ab\\>, abx, false",
        "ab\\>, ab, true",
        "a\\b, a-, true",
        "a\\Bb, ab, true",
        "\\w\\W, a., true",
        "\\s, ab, false",
      })
  void finds_what_posix_says(String pattern, String line, boolean expected) throws EreException {
    assertEquals(expected, find(pattern, line), pattern + " in " + line);
    Ere.Search search = Ere.compile(Bytes.of(pattern)).search();
    for (int i = 1; i <= line.length(); i++) {
      boolean found = search.take((byte) line.charAt(i - 1));
      assertEquals(find(pattern, line.substring(0, i)), found, pattern + " at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*a",
        "a{",
        "{",
        "a{1",
        "a{x",
        "a{2,1}",
        "a{32768}",
        "(*a)",
        "(",
        "[",
        "[]",
        "[a",
        "[z-a]",
        "[[:foo:]]",
        "[[:alpha",
        "[[.hyphen.]]",
        "\\",
        "a\\",
        "\\1",
        "^*a",
        "a|*b",
        "{1}",
        "a|{1}",
        "({1})",
        "[a-c-e]",
        "+",
        "?",
        "a{1,",
        "a{1,x}",
        "a{ 1}",
        "^{1}",
        "[[:alpha:]-z]",
        "[a-[:alpha:]]",
        "[[.space.]]",
        "[[.ab.]]"
      })
  void rejects_what_regcomp_rejects(String pattern) {
    assertThrows(EreException.class, () -> Ere.compile(Bytes.of(pattern)));
  }

  @Test
  void back_references_are_not_understood_and_that_is_said() {
    EreException e = assertThrows(EreException.class, () -> Ere.compile(Bytes.of("(a)\\1")));
    assertEquals("back references are not supported", e.getMessage());
  }

  @Test
  void bytes_that_are_no_text_are_bytes() {
    assertTrue(find("^\377.\200$", "\377\n\200"));
    assertTrue(find("[\200-\300]", "x\250"));
    assertFalse(find("[[:alpha:]]", "\351"));
    assertTrue(find("[^a]", "\377"));
  }

  @Test
  void a_line_that_makes_others_backtrack_for_ever_takes_no_time() {
    String line = "a".repeat(100_000);
    assertTimeout(Duration.ofSeconds(5), () -> assertFalse(find("(a*)*(a|aa)*b$", line)));
    assertTimeout(
        Duration.ofSeconds(5), () -> assertFalse(find("(x|y|[a-z]{1,50}){3}[0-9]q{20}", line)));
  }

  @Test
  void what_would_be_enormous_is_rejected() {
    for (String pattern :
        new String[] {
          "((a{1000}){1000}){1000}",
          "(((){32767}){32767}){32767}",
          "(".repeat(9999),
          "a" + "*".repeat(60_000),
          "a" + "{1}".repeat(30_000)
        }) {
      assertThrows(EreException.class, () -> Ere.compile(Bytes.of(pattern)), pattern);
    }
  }

  @Test
  void operators_may_stand_upon_operators_at_every_level() {
    assertTrue(find("(".repeat(50) + "a" + "*)".repeat(50) + "**".repeat(25) + "b", "b"));
    assertTrue(find("a*".repeat(5000) + "b", "b"));
  }

  @Test
  void an_expression_with_very_many_states_still_finds() {
    String line = "ab".repeat(3000) + "b" + "a".repeat(30);
    assertTrue(find("[ab]*b[ab]{19}a[ab]{10}$", line));
    Random random = new Random(1);
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      noise.append(random.nextBoolean() ? 'a' : 'b');
    }
    assertTrue(find("a[ab]{15}c", noise + "a" + "b".repeat(15) + "c"));
    assertFalse(find("a[ab]{15}c", noise.toString()));
  }

  @Test
  void random_expressions_find_what_a_backtracking_matcher_finds() {
    Random random = new Random(7);
    for (int i = 0; i < 3000; i++) {
      String pattern = random(random, 3);
      for (int k = 0; k < 5; k++) {
        StringBuilder line = new StringBuilder();
        for (int n = random.nextInt(8); n > 0; n--) {
          line.append("abc".charAt(random.nextInt(3)));
        }
        // The patterns are made of what both languages have, in groups.
        assertEquals(
            Pattern.compile(pattern).matcher(line).find(),
            find(pattern.replace("(?:", "("), line.toString()),
            pattern + " in " + line);
      }
    }
  }

  private static String random(Random random, int depth) {
    if (depth == 0) {
      return new String[] {"a", "b", "c", ".", "[ab]", "[^a]"}[random.nextInt(6)];
    }
    String one = random(random, depth - 1);
    return switch (random.nextInt(8)) {
      case 0 -> "(?:" + one + ")*";
      case 1 -> "(?:" + one + ")+";
      case 2 -> "(?:" + one + ")?";
      case 3 -> "(?:" + one + "){1,2}";
      case 4 -> "(?:" + one + "|" + random(random, depth - 1) + ")";
      case 5 -> "(?:^" + one + ")";
      case 6 -> "(?:" + one + "$)";
      default -> one + random(random, depth - 1);
    };
  }
}
