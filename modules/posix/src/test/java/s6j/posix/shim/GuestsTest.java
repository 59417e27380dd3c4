package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import s6j.posix.shim.Guests.Guest;

@Timeout(120)
class GuestsTest {
  /** So many are let in without being asked who they are. */
  private static final int FREE = 128;

  private final AtomicInteger questions = new AtomicInteger();

  @Test
  void nobody_is_asked_as_long_as_there_are_few_and_everybody_once_when_there_are_many()
      throws Exception {
    Guests guests =
        new Guests(
            channel -> {
              questions.incrementAndGet();
              return "somebody";
            });
    for (int i = 0; i < FREE; i++) {
      assertNotNull(enter(guests));
    }
    assertEquals(0, questions.get());
    for (int i = FREE; i < Guests.CONNECTIONS_PER_USER; i++) {
      assertNotNull(enter(guests));
    }
    assertNull(enter(guests));
    assertEquals(Guests.CONNECTIONS_PER_USER + 1, questions.get());
  }

  @Test
  void whoever_leaves_does_not_wait_for_the_answer_of_another() throws Exception {
    CountDownLatch asking = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Guests guests =
        new Guests(
            channel -> {
              asking.countDown();
              try {
                answer.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return "somebody";
            });
    List<Guest> here = new ArrayList<>();
    for (int i = 0; i < FREE; i++) {
      here.add(enter(guests));
    }
    CompletableFuture<Guest> last = CompletableFuture.supplyAsync(() -> enter(guests));
    asking.await();
    for (Guest one : here) {
      one.close();
    }
    answer.countDown();
    assertNotNull(last.get(60, TimeUnit.SECONDS));
  }

  private static Guest enter(Guests guests) {
    try {
      return guests.admit(SocketChannel.open());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
