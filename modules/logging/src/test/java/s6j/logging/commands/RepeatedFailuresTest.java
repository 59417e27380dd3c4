package s6j.logging.commands;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** That a logger cannot start is told once a minute, however often it is started. */
class RepeatedFailuresTest {
  private static final long SECOND = 1_000_000_000L;

  private final RepeatedFailures failures = new RepeatedFailures();

  @Test
  void the_same_line_is_told_again_after_a_minute() {
    assertFalse(failures.isTold("unable to open /d/lock", 0));
    for (int second = 1; second < 60; second++) {
      assertTrue(failures.isTold("unable to open /d/lock", second * SECOND));
    }
    assertFalse(failures.isTold("unable to open /d/lock", 60 * SECOND));
    assertTrue(failures.isTold("unable to open /d/lock", 61 * SECOND));
  }

  @Test
  void another_line_is_told_at_once() {
    assertFalse(failures.isTold("unable to open /d/lock", 0));
    assertFalse(failures.isTold("unable to open /e/lock", 1));
  }

  @Test
  void of_very_many_lines_the_last_are_remembered() {
    for (int i = 0; i < 1000; i++) {
      assertFalse(failures.isTold("unable to open /" + i, i));
    }
    assertTrue(failures.isTold("unable to open /999", 1000));
    assertFalse(failures.isTold("unable to open /0", 1000));
  }
}
