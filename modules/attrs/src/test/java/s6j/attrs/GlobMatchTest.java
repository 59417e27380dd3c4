package s6j.attrs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import s6j.posix.Bytes;

/** Patterns of paths. */
class GlobMatchTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      value = {
        "* abc true",
        "* .abc false",
        ".* .abc true",
        "a* abc true",
        "*c abc true",
        "a*b*c axxbyyc true",
        "a*b*c axxbyy false",
        "a?c abc true",
        "?bc .bc false",
        "a?c ac false",
        "[abc] b true",
        "[a-c] b true",
        "[a-c] d false",
        "[!a-c] d true",
        "[^a-c] b false",
        "[]a] ] true",
        "[!]a] ] false",
        "[a-] - true",
        "[[:digit:]]x 7x true",
        "[[:digit:]]x ax false",
        "[[:upper:]a] a true",
        "\\* * true",
        "\\* a false",
        "\\.x .x true",
        "a\\?c a?c true",
        "[\\]] ] true",
        "[.]x .x false",
        "*.log a.log true",
        "**x aax true",
        "*a*a*a*b aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa false",
        "[a [a true",
        "x[ x[ true",
      })
  void a_name_matches_as_with_glob(String pattern, String name, boolean matches) {
    assertEquals(matches, GlobMatch.matches(Bytes.of(pattern), Bytes.of(name)));
  }

  @Test
  void a_path_is_cut_before_its_first_wildcard() {
    PathPattern pattern = PathPattern.of(Bytes.of("/etc//services.d/*/log/run"));
    assertEquals(Bytes.of("/etc/services.d"), pattern.anchor());
    assertEquals(3, pattern.components().size());
    assertEquals(false, pattern.components().getLast().wild());
  }

  @Test
  void backslashes_are_taken_off_names() {
    assertEquals(Bytes.of("/a/*b[c"), PathPattern.of(Bytes.of("/a/\\*b\\[c")).anchor());
    assertEquals(Bytes.of("/a/b[c"), PathPattern.of(Bytes.of("/a/b[c")).anchor());
    assertEquals(Bytes.of("x/y/"), PathPattern.of(Bytes.of("x/y/")).anchor());
    assertEquals(Bytes.of("/"), PathPattern.of(Bytes.of("/")).anchor());
    assertEquals(Bytes.EMPTY, PathPattern.of(Bytes.of("*")).anchor());
  }
}
