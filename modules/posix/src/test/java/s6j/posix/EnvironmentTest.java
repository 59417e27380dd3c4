package s6j.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static Environment of(String... entries) {
    return Environment.ofEntries(Bytes.listOf(entries));
  }

  @Test
  void entries_come_back_in_order() {
    Environment environment = of("B=2", "A=1", "C=");
    assertEquals(Bytes.listOf("B=2", "A=1", "C="), environment.entries());
    assertEquals(3, environment.size());
  }

  @Test
  void set_to_nothing_is_not_unset() {
    assertEquals(Bytes.EMPTY, of("A=").get("A"));
    assertNull(of("A=").get("B"));
    assertTrue(of("A=").has("A"));
    assertFalse(of("A=").has("B"));
  }

  @Test
  void a_value_may_hold_equals_signs() {
    assertEquals(Bytes.of("b=c"), of("A=b=c").get("A"));
  }

  @Test
  void of_two_entries_with_one_name_the_first_counts() {
    Environment environment = of("A=1", "A=2");
    assertEquals(Bytes.of("1"), environment.get("A"));
    assertEquals(Bytes.listOf("A=1"), environment.entries());
  }

  @Test
  void what_is_no_variable_is_kept_as_it_stands() {
    Environment environment = of("odd", "A=1", "=x");
    assertEquals(1, environment.size());
    assertEquals(Bytes.listOf("A=1", "odd", "=x"), environment.entries());
    assertEquals(
        Bytes.listOf("B=2", "odd", "=x"), environment.without("A").with("B", "2").entries());
  }

  @Test
  void a_change_makes_another() {
    Environment before = of("A=1");
    Environment after = before.with("A", "2").with("B", Bytes.of("3"));
    assertEquals(Bytes.listOf("A=1"), before.entries());
    assertEquals(Bytes.listOf("A=2", "B=3"), after.entries());
    assertSame(before, before.without("B"));
    assertEquals(Bytes.listOf("A=2"), after.without("B").entries());
  }

  @Test
  void of_two_environments_the_others_values_win() {
    assertEquals(
        Bytes.listOf("A=1", "B=3", "C=4"), of("A=1", "B=2").withAll(of("B=3", "C=4")).entries());
  }

  @Test
  void equal_is_what_has_the_same_variables() {
    assertEquals(of("A=1"), Environment.EMPTY.with("A", "1"));
    assertFalse(of("A=1").equals(of("A=1", "odd")));
    assertEquals(of("A=1").hashCode(), of("A=1", "odd").hashCode());
  }

  @Test
  void names_that_are_no_text_are_names() {
    Bytes name = Bytes.of(new byte[] {(byte) 0xfe});
    Environment environment = Environment.EMPTY.with(name, name);
    assertEquals(name, environment.get(name));
    assertEquals(name, environment.names().next());
  }
}
