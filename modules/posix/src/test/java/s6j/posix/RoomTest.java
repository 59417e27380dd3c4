package s6j.posix;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Things of one kind share what memory there is for them. */
class RoomTest {
  private final Room room = new Room(100);

  @Test
  void no_more_is_taken_than_there_is() {
    assertTrue(room.take(60));
    assertFalse(room.take(41));
    assertTrue(room.take(40));
    room.give(60);
    assertTrue(room.take(60));
  }

  @Test
  void what_is_not_taken_has_not_to_be_given_back() {
    assertFalse(room.take(101));
    assertTrue(room.take(100));
    assertFalse(room.take(1));
  }

  @Test
  void who_waits_has_it_when_it_is_given_back() throws InterruptedException {
    assertTrue(room.take(100));
    CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> await(50, 60_000));
    assertFalse(room.await(50, 1));
    room.give(50);
    assertTrue(waiting.join());
    assertFalse(room.take(1));
  }

  @Test
  void what_is_larger_than_all_of_it_has_it_alone() throws InterruptedException {
    assertTrue(room.take(1));
    assertFalse(room.await(200, 1));
    room.give(1);
    assertTrue(room.await(200, 1));
    assertFalse(room.take(1));
    room.give(200);
    assertTrue(room.take(100));
  }

  private boolean await(int bytes, long patienceMs) {
    try {
      return room.await(bytes, patienceMs);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
