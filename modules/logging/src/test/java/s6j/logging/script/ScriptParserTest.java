package s6j.logging.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import s6j.posix.Bytes;

/** Directives become values, or messages. */
class ScriptParserTest {
  private static Script parse(String... words) {
    try {
      return ScriptParser.parse(Bytes.listOf(words));
    } catch (ScriptException e) {
      throw new AssertionError(e);
    }
  }

  private static Action.ToDirectory directory(String... words) {
    return (Action.ToDirectory) parse(words).actions().getLast();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = ';',
      value = {
        "x 1; unrecognized directive: x",
        "n 1; unrecognized directive: n",
        "nx 1; unrecognized directive: nx",
        "n5x 1; unrecognized directive: n5x",
        "n-1 1; unrecognized directive: n-1",
        "n+1 1; unrecognized directive: n+1",
        "s4294967296 1; unrecognized directive: s4294967296",
        "l4294967296 1; unrecognized directive: l4294967296",
        "S18446744073709551616 1; unrecognized directive: S18446744073709551616",
        "r2147483648 1; unrecognized directive: r2147483648",
        "^ 1; unrecognized directive: ^",
        "R 1; unrecognized directive: R",
        "tx 1; syntax error at directive: tx",
        "Tx 1; syntax error at directive: Tx",
        "f1 1; syntax error at directive: f1",
        "1x; syntax error at directive: 1x",
        "2x; syntax error at directive: 2x",
        "=; syntax error at directive: =",
        "t; no action directive specified",
        "s4096 l2049 1; directive l2049 conflicts with previous s directive",
        "+( 1; unrecognized directive: +(: unmatched (",
        "-[ 1; unrecognized directive: -[: unmatched [",
        "1 x; unrecognized directive: x",
      })
  void a_script_that_cannot_be_is_told_why(String words, String message) {
    List<Bytes> directives = Arrays.stream(words.split(" ", -1)).map(Bytes::of).toList();
    assertEquals(
        message,
        assertThrows(ScriptException.class, () -> ScriptParser.parse(directives)).getMessage());
  }

  @Test
  void an_empty_directive_is_none() {
    ScriptException e =
        assertThrows(ScriptException.class, () -> ScriptParser.parse(List.of(Bytes.EMPTY)));
    assertEquals("unrecognized directive: ", e.getMessage());
  }

  @Test
  void no_directive_at_all_is_no_action() {
    ScriptException e = assertThrows(ScriptException.class, () -> ScriptParser.parse(List.of()));
    assertEquals("no action directive specified", e.getMessage());
  }

  @Test
  void a_directory_has_the_defaults() {
    assertEquals(
        new Action.ToDirectory(Layout.BARE, Bytes.of("./d"), 10, 99999, 2000, 0, 2000, 0, null),
        directory("./d"));
  }

  @Test
  void control_directives_are_for_all_actions_after_them() {
    String[] words = {"n3", "s5000", "S70000", "l30", "r7", "R60", "/a", "1", "/b"};
    Action.ToDirectory first = (Action.ToDirectory) parse(words).actions().getFirst();
    assertEquals(
        new Action.ToDirectory(Layout.BARE, Bytes.of("/a"), 3, 5000, 30, 70000, 7, 60, null),
        first);
    assertEquals(5000, directory(words).fileSize());
  }

  @Test
  void stamps_are_for_one_action() {
    List<Action> actions = parse("t", "T", "1", "2").actions();
    assertEquals(new Layout(true, true, Bytes.EMPTY), actions.get(0).layout());
    assertEquals(Layout.BARE, actions.get(1).layout());
  }

  @Test
  void a_prefix_lasts_until_it_is_cleared() {
    List<Action> actions = parse("pa b", "1", "2", "p", "=f").actions();
    assertEquals(Bytes.of("a b "), actions.get(0).layout().prefix());
    assertEquals(Bytes.of("a b "), actions.get(1).layout().prefix());
    assertEquals(Bytes.EMPTY, actions.get(2).layout().prefix());
  }

  @Test
  void processors_are_command_lines_of_execline_or_of_the_shell() {
    assertEquals(
        Bytes.listOf("execlineb", "-Pc", "gzip -9"),
        directory("!gzip -9", "./d").processor().words());
    assertEquals(
        Bytes.listOf("/bin/sh", "-c", "gzip|cat"),
        directory("?gzip|cat", "./d").processor().words());
    assertNull(directory("!gzip", "!", "./d").processor());
  }

  @Test
  void sizes_are_brought_into_their_range() {
    assertEquals(4096, directory("s1", "./d").fileSize());
    assertEquals(268435455, directory("s4294967295", "./d").fileSize());
    assertEquals(-1L, directory("S18446744073709551615", "./d").totalSize());
  }

  @Test
  void a_tolerance_is_checked_against_the_size_that_is_known_then() {
    assertEquals(3000, directory("l3000", "s4096", "./d").tolerance());
  }

  @Test
  void selections_are_steps_between_actions() {
    List<Script.Step> steps = parse("-", "+a", "1", "f", "2").steps();
    assertNull(assertInstanceOf(Script.Deselect.class, steps.get(0)).pattern());
    assertEquals(
        Bytes.of("a"), assertInstanceOf(Script.Select.class, steps.get(1)).pattern().pattern());
    assertEquals(0, assertInstanceOf(Script.Act.class, steps.get(2)).number());
    assertInstanceOf(Script.SelectUnacted.class, steps.get(3));
    assertEquals(1, assertInstanceOf(Script.Act.class, steps.get(4)).number());
  }

  @Test
  void what_follows_the_last_action_does_nothing_and_is_noticed() {
    Script script = parse("1", "n5", "+x");
    assertTrue(script.unused());
    assertEquals(1, script.steps().size());
    assertFalse(parse("n5", "1").unused());
    assertFalse(parse("1", "n5", "t").unused());
  }

  @Test
  void alerts_are_named_2_or_as_of_old_e() {
    assertEquals(parse("2").actions(), parse("e").actions());
    assertEquals(new Action.ToStderr(Layout.BARE, 200), parse("2").actions().getFirst());
    assertEquals(new Action.ToStderr(Layout.BARE, 0), parse("E0", "2").actions().getFirst());
  }

  @Test
  void alerts_can_be_stamped_all_together() throws ScriptException {
    Script script = ScriptParser.parse(Bytes.listOf("1", "2"), true, Map::of);
    assertFalse(script.actions().get(0).layout().tai64n());
    assertTrue(script.actions().get(1).layout().tai64n());
  }

  @Test
  void a_status_file_has_a_size() {
    assertEquals(
        new Action.ToStatusFile(Layout.BARE, Bytes.of("a/b"), 1001),
        parse("=a/b").actions().getFirst());
    assertEquals(
        new Action.ToStatusFile(Layout.BARE, Bytes.of("f"), 7),
        parse("^7", "=f").actions().getFirst());
  }

  @Test
  void names_that_are_no_text_are_kept() throws ScriptException {
    Bytes path = Bytes.of(new byte[] {'.', '/', (byte) 0xff, (byte) 0x80});
    Action action = ScriptParser.parse(List.of(path)).actions().getFirst();
    assertEquals(path, ((Action.ToDirectory) action).path());
  }
}
