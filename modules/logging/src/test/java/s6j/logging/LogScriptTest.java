package s6j.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import s6j.chain.CommandException;
import s6j.posix.Bytes;

/** The directives of s6-log are checked before the first line is read. */
class LogScriptTest {
  private static LogScript parse(String... words) throws CommandException {
    return LogScript.parse(Bytes.listOf(words));
  }

  private static String refused(String... words) {
    CommandException e = assertThrows(CommandException.class, () -> parse(words));
    assertEquals(100, e.code());
    return e.getMessage();
  }

  @Test
  void controls_stay_for_the_actions_that_follow_and_stamps_for_the_next_only() throws Exception {
    LogScript script = parse("n20", "s1000000", "T", "/a", "1");
    LogScript.ToDirectory directory = (LogScript.ToDirectory) script.steps().get(0);
    assertEquals(20, directory.rotation().files());
    assertEquals(1_000_000, directory.rotation().size());
    assertEquals(new LogScript.Stamps(false, true, Bytes.EMPTY), directory.stamps());
    assertEquals(
        new LogScript.Stamps(false, false, Bytes.EMPTY),
        ((LogScript.ToStdout) script.steps().get(1)).stamps());
  }

  @Test
  void sizes_are_kept_within_bounds() throws Exception {
    LogScript script = parse("s1", "/a");
    assertEquals(4096, ((LogScript.ToDirectory) script.steps().get(0)).rotation().size());
  }

  @Test
  void what_is_not_understood_is_named() {
    assertEquals("unrecognized directive: x", refused("x", "1"));
    assertEquals("syntax error at directive: n", refused("n", "1"));
    assertEquals("syntax error at directive: n1x", refused("n1x", "1"));
    assertEquals("syntax error at directive: tt", refused("tt", "1"));
    assertEquals("syntax error at directive: l90000", refused("l90000", "1"));
    assertEquals("no action directive specified", refused("n20"));
  }
}
