package s6j.plugin.metrics;

import com.google.auto.service.AutoService;
import java.util.Map;
import java.util.TreeMap;
import s6j.spi.ContainerView;
import s6j.spi.OsString;
import s6j.spi.ServiceListener;
import s6j.spi.ServiceStatus;

/** Counts how services end. */
@AutoService(ServiceListener.class)
public final class ExitCounter implements ServiceListener {
  /**
   * A way to end.
   *
   * @param service whose
   * @param how {@code exit} or {@code signal}
   * @param number the exit code, or the signal
   */
  record Ending(OsString service, String how, int number) implements Comparable<Ending> {
    @Override
    public int compareTo(Ending other) {
      int order = service.compareTo(other.service);
      order = order != 0 ? order : how.compareTo(other.how);
      return order != 0 ? order : Integer.compare(number, other.number);
    }
  }

  /** The server, which is another object of this plugin, shows them. */
  private static final Map<Ending, Long> COUNTS = new TreeMap<>();

  /** Found by the service loader. */
  public ExitCounter() {}

  @Override
  public void changed(ServiceStatus before, ServiceStatus now, ContainerView container) {
    boolean ended = before.state() == ServiceStatus.State.UP && before.pid() != now.pid();
    if (ended && now.lastExit().isPresent()) {
      ServiceStatus.Exit exit = now.lastExit().get();
      boolean killed = exit.signal() != 0;
      Ending ending =
          new Ending(now.name(), killed ? "signal" : "exit", killed ? exit.signal() : exit.code());
      synchronized (COUNTS) {
        COUNTS.merge(ending, 1L, Long::sum);
      }
    }
  }

  /** How often each way to end has been taken, since this runtime was started. */
  static Map<Ending, Long> counts() {
    synchronized (COUNTS) {
      return new TreeMap<>(COUNTS);
    }
  }
}
