package s6j.supervise;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

/**
 * Conditions that somebody waits for. They are looked at on the loop, whenever something may have
 * changed. Loop thread only, but for {@link #await}.
 */
final class Conditions {
  private final EventLoop loop;
  private final List<Waiting> waiting = new ArrayList<>();

  /** Someone who waits for a condition. */
  private record Waiting(BooleanSupplier condition, CompletableFuture<Boolean> result) {}

  Conditions(EventLoop loop) {
    this.loop = loop;
  }

  /** Runs the task as soon as the condition holds. */
  void whenHolds(BooleanSupplier condition, Runnable task) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    result.thenRun(task);
    start(new Waiting(condition, result), Long.MAX_VALUE);
  }

  /**
   * Waits until a condition holds. Any other thread.
   *
   * @param deadlineMs in the time of {@link EventLoop#now}; {@link Long#MAX_VALUE} for no deadline
   * @return whether it holds
   */
  boolean await(BooleanSupplier condition, long deadlineMs) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    loop.posix().post(() -> start(new Waiting(condition, result), deadlineMs));
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void start(Waiting one, long deadlineMs) {
    waiting.add(one);
    if (deadlineMs != Long.MAX_VALUE) {
      EventLoop.Timer timer =
          loop.after(
              Math.max(0, deadlineMs - EventLoop.now()),
              () -> {
                waiting.remove(one);
                one.result().complete(false);
              });
      one.result().thenRun(timer::cancel);
    }
    check();
  }

  /** Something has changed that one of them may depend on. */
  void check() {
    for (Iterator<Waiting> i = waiting.iterator(); i.hasNext(); ) {
      Waiting one = i.next();
      if (one.condition().getAsBoolean()) {
        i.remove();
        one.result().complete(true);
      }
    }
  }
}
