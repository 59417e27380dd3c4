package s6j.logging.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes often is said rarely, and nothing is kept secret. */
class RareWarningsTest {
  private final List<String> shown = new ArrayList<>();

  @Test
  void a_message_is_shown_once_in_its_time() {
    RareWarnings warnings = new RareWarnings(shown::add, 3_600_000);
    for (int i = 0; i < 100; i++) {
      warnings.accept("full");
      warnings.accept("hot");
      warnings.show();
    }
    assertEquals(List.of("full", "hot"), shown);
  }

  @Test
  void it_is_said_how_often_it_came_meanwhile() throws InterruptedException {
    RareWarnings warnings = new RareWarnings(shown::add, 1);
    warnings.accept("full");
    warnings.accept("full");
    warnings.accept("full");
    warnings.show();
    Thread.sleep(20);
    warnings.show();
    assertEquals(List.of("full", "full (2 times more since it was said last)"), shown);
    Thread.sleep(20);
    warnings.show();
    warnings.accept("full");
    warnings.show();
    assertEquals("full", shown.getLast());
    assertEquals(3, shown.size());
  }

  @Test
  void messages_that_are_all_different_take_no_memory_for_ever() {
    RareWarnings warnings = new RareWarnings(shown::add, 3_600_000);
    for (int i = 0; i < 1000; i++) {
      warnings.accept("number " + i);
    }
    warnings.show();
    assertEquals(64, shown.size());
  }
}
