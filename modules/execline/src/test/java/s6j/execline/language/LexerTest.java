package s6j.execline.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;

/** How a script becomes words, and where its mistakes are. */
class LexerTest {
  private static List<String> words(String script) throws SyntaxException {
    return Lexer.parse(Bytes.of(script)).stream().map(Bytes::latin1).toList();
  }

  private static String mistake(String script) {
    return assertThrows(SyntaxException.class, () -> words(script)).describe(null);
  }

  @Test
  void words_within_blocks_have_a_space_for_each_block() throws SyntaxException {
    assertEquals(List.of("if", " a", "  b", " ", " c", "", "d"), words("if { a { b } c } d"));
  }

  @Test
  void an_empty_word_within_a_block_is_the_spaces_alone() throws SyntaxException {
    assertEquals(List.of("if", " ", "", ""), words("if { \"\" } \"\""));
  }

  @Test
  void braces_count_only_when_they_stand_alone() throws SyntaxException {
    assertEquals(List.of("{a", "b}", "{", "}x", "{}"), words("{a b} \"{\" }x {}"));
  }

  @Test
  void a_string_may_hold_any_byte_but_nul() throws SyntaxException {
    assertEquals(
        List.of("\u0007\b\t\n\u000b\f\r", "A\u00ffAA"),
        words("\"\\a\\b\\t\\n\\v\\f\\r\" \"\\0x41\\255\\0101\\65\""));
  }

  @Test
  void comments_begin_between_words_only() throws SyntaxException {
    assertEquals(List.of("a#b", "c"), words("a#b # d\nc #"));
  }

  @Test
  void an_open_block_is_named_by_its_place() {
    assertEquals(
        "unmatched {: line 3, column 1: found the end of the script, expected } to close the block"
            + " opened at line 2, column 4",
        mistake("a\nif { b\n"));
  }

  @Test
  void a_closing_brace_too_many_is_named_by_its_place() {
    assertEquals(
        "unmatched }: line 2, column 3: found } outside of any block, expected a word or the end of"
            + " the script",
        mistake("a\nb } c"));
  }

  @Test
  void an_open_string_is_named_by_where_it_begins() {
    assertEquals(
        "syntax error: line 2, column 1: found the end of the script, expected \" to end the string"
            + " begun at line 1, column 3",
        mistake("a \"b\n"));
  }

  @Test
  void a_script_whose_words_are_more_than_the_runtime_can_hold_is_too_large() {
    String deep = "a { ".repeat(4000) + "}".repeat(4000);
    assertEquals(
        "script too large: line 1, column 11455: found more, expected words of at most 4194304"
            + " bytes in all",
        mistake(deep));
  }

  @Test
  void a_character_number_must_fit_a_byte() {
    assertEquals(
        "syntax error: line 1, column 6: found the character number 256, expected a number from 1 to"
            + " 255",
        mistake("a\"\\256\""));
    assertEquals(
        "syntax error: line 1, column 4: found z, expected x or an octal digit after \\0",
        mistake("\"\\0z\""));
    assertEquals(
        "syntax error: line 1, column 5: found \", expected a hexadecimal digit after \\0x",
        mistake("\"\\0x\""));
  }
}
