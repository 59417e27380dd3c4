package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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

  /** Takes all that a user may have said, without a large greeting. */
  private static List<Guest> fillShare(Guests guests) throws IOException {
    List<Guest> all = new ArrayList<>();
    for (int i = 0; i < Guests.GREETINGS_PER_USER / Guests.LARGE; i++) {
      all.add(enter(guests));
      assertTrue(all.getLast().mayGreet(Guests.LARGE));
    }
    return all;
  }

  @Test
  void a_greeting_that_is_too_much_is_refused_and_takes_nothing_of_the_share() throws Exception {
    Guests guests = new Guests(channel -> "somebody");
    List<Guest> all = fillShare(guests);
    assertFalse(enter(guests).mayGreet(1));
    all.getFirst().close();
    assertTrue(enter(guests).mayGreet(Guests.LARGE));
    assertFalse(enter(guests).mayGreet(1));
  }

  @Test
  void one_that_was_refused_and_leaves_late_does_not_take_the_share_of_those_that_came_since()
      throws Exception {
    Guests guests = new Guests(channel -> "somebody");
    List<Guest> all = fillShare(guests);
    Guest refused = enter(guests);
    assertFalse(refused.mayGreet(1));
    for (Guest guest : all) {
      guest.close();
    }
    fillShare(guests);
    refused.close();
    assertFalse(enter(guests).mayGreet(1));
  }

  @Test
  void a_large_greeting_waits_until_others_have_left_whoever_they_are() throws Exception {
    Guests guests = new Guests(channel -> "root");
    Guest first = enter(guests);
    assertTrue(first.mayGreet(Guests.LARGE_TOGETHER));
    assertTrue(enter(guests).mayGreet(4096), "a small one does not wait");
    Guest second = enter(guests);
    CompletableFuture<Boolean> granted = CompletableFuture.supplyAsync(() -> greets(second));
    pause();
    assertFalse(granted.isDone());
    first.close();
    assertTrue(granted.join());
  }

  @Test
  void a_large_greeting_does_not_wait_for_ever() throws Exception {
    Guests guests = new Guests(channel -> "root", 1);
    Guest first = enter(guests);
    assertTrue(first.mayGreet(Guests.LARGE_TOGETHER));
    Guest second = enter(guests);
    assertFalse(greets(second));
    second.close();
    first.close();
    assertTrue(greets(enter(guests)), "one that has waited in vain has taken nothing");
  }

  @Test
  void users_other_than_root_leave_room_for_large_greetings_of_root() throws Exception {
    Guests guests = new Guests(channel -> questions.getAndIncrement() < 2 ? "a" : "root", 1);
    assertTrue(enter(guests).mayGreet(Guests.LARGE_OF_OTHERS));
    assertFalse(enter(guests).mayGreet(Guests.LARGE + 1));
    assertTrue(enter(guests).mayGreet(Guests.LARGE_TOGETHER - Guests.LARGE_OF_OTHERS));
  }

  private static boolean greets(Guest guest) {
    try {
      return guest.mayGreet(Guests.LARGE_TOGETHER);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
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
