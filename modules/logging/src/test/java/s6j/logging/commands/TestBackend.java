package s6j.logging.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/**
 * A plugin that keeps what it is given by the value of its option {@code to}, and does what the
 * option {@code does} says besides.
 */
final class TestBackend implements LogBackend {
  private final Map<String, Taken> taken = new ConcurrentHashMap<>();

  /** What one destination was given. */
  static final class Taken {
    private final List<String> lines = new ArrayList<>();
    private final List<LogLine> raw = new ArrayList<>();
    final AtomicInteger calls = new AtomicInteger();
    final CountDownLatch gate = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    volatile boolean closed;
    volatile LogConfiguration configuration;
    volatile ClassLoader contextLoader;

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    synchronized List<LogLine> raw() {
      return List.copyOf(raw);
    }

    String text() {
      StringBuilder text = new StringBuilder();
      lines().forEach(line -> text.append(line).append('\n'));
      return text.toString();
    }

    private synchronized void add(List<LogLine> batch) {
      for (LogLine line : batch) {
        raw.add(line);
        lines.add(new String(line.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
  }

  Taken taken(String to) {
    return taken.computeIfAbsent(to, any -> new Taken());
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public Set<String> options() {
    return Set.of("to", "does");
  }

  @Override
  public LogDestination open(LogConfiguration configuration) throws LogConfigurationException {
    String does = configuration.option("does", "");
    Taken to = taken(configuration.option("to", ""));
    to.configuration = configuration;
    to.contextLoader = Thread.currentThread().getContextClassLoader();
    switch (does) {
      case "refuse" ->
          throw new LogConfigurationException("option 'does': found 'refuse', expected better");
      case "break" -> throw new IllegalStateException("no network");
      case "hang-open" -> hang(to);
      default -> {
        return new Destination(to, does, configuration);
      }
    }
    return new Destination(to, does, configuration);
  }

  /** As a plugin does that knows nothing of interrupts but what the JDK does for it. */
  private static void hang(Taken to) {
    try {
      to.gate.await();
    } catch (InterruptedException e) {
      to.interrupted.countDown();
      throw new IllegalStateException(e);
    }
  }

  private record Destination(Taken to, String does, LogConfiguration configuration)
      implements LogDestination {
    @Override
    public void write(List<LogLine> batch) throws IOException, InterruptedException {
      int call = to.calls.incrementAndGet();
      switch (does) {
        case "fail" -> fail(call);
        case "wait" -> to.gate.await();
        case "hang" -> hang(to);
        case "deaf" -> spin(to);
        case "slow" -> Thread.sleep(600);
        default -> {}
      }
      to.add(batch);
    }

    private static void fail(int call) throws IOException {
      switch (call) {
        case 1 -> throw new IOException("refused");
        case 2 -> throw new IllegalStateException("confused");
        case 3 -> throw new StackOverflowError();
        default -> {}
      }
    }

    /** Computes for ever, and does not listen. */
    private static void spin(Taken to) {
      while (to.gate.getCount() > 0) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      if (does.equals("wait-at-end")) {
        to.gate.await();
      }
      to.closed = true;
    }
  }
}
