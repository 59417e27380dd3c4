package s6j.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A call of foreign code ends for its caller, whatever the code does. */
class TimedCallTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static <T> TimedCall<T> call(Callable<T> code) {
    return new TimedCall<>("test", ClassLoader.getSystemClassLoader(), code);
  }

  private static <T> T run(Callable<T> code, Duration time) throws Throwable {
    TimedCall<T> call = call(code);
    call.start(time);
    return call.await();
  }

  @Test
  void what_the_code_returns_or_throws_comes_back() throws Throwable {
    assertEquals("value", run(() -> "value", LONG));
    StackOverflowError error = new StackOverflowError();
    assertSame(
        error,
        assertThrows(
            StackOverflowError.class,
            () ->
                run(
                    () -> {
                      throw error;
                    },
                    LONG)));
  }

  @Test
  void code_that_takes_too_long_is_interrupted_and_left() throws Throwable {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThrows(
        TimedCall.TimedOut.class,
        () ->
            run(
                () -> {
                  try {
                    return new CountDownLatch(1).await(60, java.util.concurrent.TimeUnit.SECONDS);
                  } finally {
                    interrupted.countDown();
                  }
                },
                Duration.ofMillis(10)));
    assertTrue(interrupted.await(20, java.util.concurrent.TimeUnit.SECONDS));
  }

  @Test
  void code_that_does_not_heed_interrupts_is_left_all_the_same() {
    boolean[] end = new boolean[1];
    assertThrows(
        TimedCall.TimedOut.class,
        () ->
            run(
                () -> {
                  while (true) {
                    synchronized (end) {
                      if (end[0]) {
                        return true;
                      }
                    }
                    Thread.onSpinWait();
                  }
                },
                Duration.ofMillis(10)));
    synchronized (end) {
      end[0] = true;
    }
  }

  @Test
  void it_can_be_given_more_time_and_be_hurried() throws Throwable {
    CountDownLatch go = new CountDownLatch(1);
    TimedCall<Boolean> call = call(() -> go.await(60, java.util.concurrent.TimeUnit.SECONDS));
    call.start(Duration.ofSeconds(10));
    call.mayTake(Duration.ZERO);
    go.countDown();
    assertTrue(call.await());

    TimedCall<Boolean> slow =
        call(() -> new CountDownLatch(1).await(60, java.util.concurrent.TimeUnit.SECONDS));
    slow.start(Duration.ZERO);
    slow.hurry(LONG);
    assertThrows(InterruptedException.class, slow::await);
  }

  /** An exception of a plugin, whose code is the plugin's as well. */
  private static final class Endless extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      while (true) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void what_was_thrown_is_asked_for_its_message_within_the_time_of_the_call() {
    TimedCall<String> call =
        call(
            () -> {
              throw new Endless();
            });
    assertThrows(TimedCall.TimedOut.class, () -> call.run(Duration.ofMillis(300)));
  }

  @Test
  void what_was_thrown_may_have_no_message_to_give() {
    TimedCall<String> call =
        call(
            () -> {
              throw new RuntimeException() {
                @Override
                public String getMessage() {
                  throw new StackOverflowError();
                }
              };
            });
    RuntimeException thrown = assertThrows(RuntimeException.class, () -> call.run(LONG));
    assertTrue(
        call.reason(thrown).endsWith("(whose message cannot be had: java.lang.StackOverflowError)"),
        call.reason(thrown));
  }
}
