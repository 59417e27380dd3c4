package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
  void of_many_who_want_the_last_place_at_the_same_time_one_gets_it() throws Exception {
    int callers = 8;
    Guests guests =
        new Guests(
            channel -> {
              if (questions.incrementAndGet() == Guests.CONNECTIONS_PER_USER) {
                // All the others come meanwhile.
                pause();
              }
              return "somebody";
            });
    for (int i = 0; i < Guests.CONNECTIONS_PER_USER - 1; i++) {
      assertNotNull(enter(guests));
    }
    List<CompletableFuture<Guest>> last = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(callers)) {
      for (int i = 0; i < callers; i++) {
        last.add(CompletableFuture.supplyAsync(() -> enter(guests), executor));
      }
    }
    assertEquals(1, last.stream().filter(one -> one.join() != null).count());
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_greeting_that_is_too_much_is_refused_and_takes_nothing_of_the_share() throws Exception {
    Guests guests = new Guests(channel -> "somebody");
    Guest first = enter(guests);
    assertFalse(first.mayGreet(Guests.GREETINGS_PER_USER + 1));
    Guest second = enter(guests);
    assertTrue(second.mayGreet(Guests.GREETINGS_PER_USER));
    Guest third = enter(guests);
    assertFalse(third.mayGreet(1));
    second.close();
    assertTrue(enter(guests).mayGreet(Guests.GREETINGS_PER_USER));
  }

  @Test
  void one_that_was_refused_and_leaves_late_does_not_take_the_share_of_those_that_came_since()
      throws Exception {
    Guests guests = new Guests(channel -> "somebody");
    Guest refused = enter(guests);
    assertFalse(refused.mayGreet(Guests.GREETINGS_PER_USER + 1));
    enter(guests).close();
    Guest next = enter(guests);
    assertTrue(next.mayGreet(Guests.GREETINGS_PER_USER));
    refused.close();
    assertFalse(enter(guests).mayGreet(1));
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
