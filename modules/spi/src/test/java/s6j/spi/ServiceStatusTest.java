package s6j.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Two statuses are the same when all of them is, though that is written by hand. */
class ServiceStatusTest {
  private static final ServiceStatus.Exit EXIT = new ServiceStatus.Exit(256, 9);
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

  /** For each component a value, and another. */
  private static final List<List<Object>> VALUES =
      List.of(
          List.of(OsString.of("a"), OsString.of("b")),
          List.of(ServiceStatus.State.UP, ServiceStatus.State.DOWN),
          List.of(true, false),
          List.of(true, false),
          List.of(true, false),
          List.of(17, 18),
          List.of(NOW, NOW.plusNanos(1)),
          List.of(3L, 4L),
          List.of(Optional.of(EXIT), Optional.empty()));

  private static ServiceStatus with(int changed) throws ReflectiveOperationException {
    RecordComponent[] components = ServiceStatus.class.getRecordComponents();
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = VALUES.get(i).get(i == changed ? 1 : 0);
    }
    return ServiceStatus.class.getDeclaredConstructor(types).newInstance(values);
  }

  @Test
  void the_same_values_are_the_same_status() throws ReflectiveOperationException {
    assertEquals(with(-1), with(-1));
    assertEquals(with(-1).hashCode(), with(-1).hashCode());
    assertEquals(new ServiceStatus.Exit(256, 9), EXIT);
    assertEquals(new ServiceStatus.Exit(256, 9).hashCode(), EXIT.hashCode());
  }

  @TestFactory
  Stream<DynamicTest> another_value_makes_another_status() {
    RecordComponent[] components = ServiceStatus.class.getRecordComponents();
    return Stream.iterate(0, i -> i < components.length, i -> i + 1)
        .map(
            i ->
                DynamicTest.dynamicTest(
                    components[i].getName(), () -> assertNotEquals(with(-1), with(i))));
  }

  @Test
  void another_code_or_signal_makes_another_exit() {
    assertNotEquals(new ServiceStatus.Exit(256, 8), EXIT);
    assertNotEquals(new ServiceStatus.Exit(0, 9), EXIT);
  }
}
