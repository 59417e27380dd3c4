package s6j.expressions.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;

/** Random expressions, valid or not, mean what they mean to the original, which asks glibc. */
class EreDifferentialTest {
  private static final String[] PIECES = {
    "a",
    "b",
    "c",
    ".",
    "*",
    "+",
    "?",
    "|",
    "(",
    ")",
    "[",
    "]",
    "^",
    "$",
    "{",
    "}",
    "{2}",
    "{1,2}",
    "{,3}",
    "{0,1}",
    "\\",
    "\\.",
    "\\w",
    "\\b",
    "\\<",
    "\\>",
    "-",
    ",",
    "1",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[[:digit:]]",
    "[]a]",
    "(a|b)",
    "(ab)*",
    "x",
    " "
  };
  private static final String[] LINES = {
    "", "a", "b", "ab", "ba", "aab", "abc", "cba", "a b", "aaa", "x1", "(", ")", "a{2}", "[a]", "*",
    "a+b", "\\", "-", ",", "a|b", "^a", "a$", "bab", "abab", "xx", "1", "}", "]", "b-a", "a.c", "w"
  };

  @Test
  void random_expressions_against_regcomp() throws Exception {
    Random random = new Random(27);
    int valid = 0;
    for (int i = 0; i < 700; i++) {
      StringBuilder pattern = new StringBuilder();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        pattern.append(PIECES[random.nextInt(PIECES.length)]);
      }
      if (pattern.indexOf("\\1") >= 0) {
        // Back references: ours does not have them, and says so.
        continue;
      }
      String expected = original(pattern.toString());
      assertEquals(expected, ours(pattern.toString()), "+" + pattern);
      valid += expected.equals("invalid") ? 0 : 1;
    }
    assertEquals(true, valid > 200 && valid < 600, "valid: " + valid);
  }

  private static String ours(String pattern) {
    try {
      Ere ere = Ere.compile(Bytes.of(pattern));
      StringBuilder found = new StringBuilder();
      for (String line : LINES) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        if (ere.find(bytes, 0, bytes.length)) {
          found.append(line).append('\n');
        }
      }
      return found.toString();
    } catch (EreException e) {
      return "invalid";
    }
  }

  private static String original(String pattern) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/usr/bin/s6-log", "--", "-", "+" + pattern, "1")
            .redirectErrorStream(true)
            .start();
    try (var in = process.getOutputStream()) {
      in.write((String.join("\n", LINES) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // It has not liked its script.
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return process.waitFor() == 0 ? out : "invalid";
  }
}
