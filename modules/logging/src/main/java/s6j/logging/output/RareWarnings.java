package s6j.logging.output;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Warnings that come from any thread and as often as they like. They are shown by the thread of the
 * logger, each at most once in a while, with how often it came meanwhile.
 */
final class RareWarnings implements Consumer<String> {
  /** How many different messages are told apart; those that are over it are not shown. */
  private static final int DIFFERENT_MAX = 64;

  private final Warnings to;
  private final long everyNanos;
  private final Map<String, Seen> messages = new LinkedHashMap<>();
  private final Queue<String> due = new ArrayDeque<>();

  /** One message. */
  private static final class Seen {
    private final long shownAt;
    private int again;

    Seen(long shownAt) {
      this.shownAt = shownAt;
    }
  }

  RareWarnings(Warnings to, long everyMillis) {
    this.to = to;
    this.everyNanos = everyMillis * 1_000_000;
  }

  @Override
  public synchronized void accept(String message) {
    Seen seen = messages.get(message);
    if (seen != null) {
      seen.again++;
    } else if (messages.size() < DIFFERENT_MAX) {
      messages.put(message, new Seen(System.nanoTime()));
      due.add(message);
    }
  }

  /** Shows what is due. */
  void show() {
    for (String line = next(); line != null; line = next()) {
      to.warn(line);
    }
  }

  private synchronized String next() {
    if (due.isEmpty() && !messages.isEmpty()) {
      forgetOld(System.nanoTime());
    }
    return due.poll();
  }

  private void forgetOld(long now) {
    Iterator<Map.Entry<String, Seen>> all = messages.entrySet().iterator();
    Map<String, Seen> again = new LinkedHashMap<>();
    while (all.hasNext()) {
      Map.Entry<String, Seen> entry = all.next();
      Seen seen = entry.getValue();
      if (now - seen.shownAt >= everyNanos) {
        all.remove();
        if (seen.again > 0) {
          due.add(entry.getKey() + " (" + seen.again + " times more since it was said last)");
          again.put(entry.getKey(), new Seen(now));
        }
      }
    }
    messages.putAll(again);
  }
}
