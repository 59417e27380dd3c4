package s6j.init;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import s6j.plugin.TimedCall;
import s6j.posix.Bytes;
import s6j.posix.WaitStatus;
import s6j.spi.OsString;
import s6j.spi.ServiceListener;
import s6j.spi.ServiceStatus;
import s6j.supervise.ScanDirectory;
import s6j.supervise.Status;

/**
 * Keeps how the services are, for plugins, and tells their listeners of changes: each plugin's on a
 * thread of its own, so that the supervision never waits.
 */
final class ServiceWatch implements ScanDirectory.Watcher {
  private static final int WAITING_MAX = 1024;

  private record Change(ServiceStatus before, ServiceStatus now) {}

  /** The listeners of one plugin, and the changes that wait for them. */
  private final class Audience implements Runnable {
    private final HostedPlugin plugin;
    private final List<ServiceListener> listeners = new ArrayList<>();
    private final Deque<Change> waiting = new ArrayDeque<>();
    private long dropped;

    Audience(HostedPlugin plugin) {
      this.plugin = plugin;
    }

    synchronized void add(Change change) {
      if (waiting.size() == WAITING_MAX) {
        waiting.removeFirst();
        dropped++;
      }
      waiting.addLast(change);
      notifyAll();
    }

    private synchronized Change next() throws InterruptedException {
      while (waiting.isEmpty()) {
        wait();
      }
      return waiting.removeFirst();
    }

    private synchronized long dropped() {
      long count = dropped;
      dropped = 0;
      return count;
    }

    @Override
    public void run() {
      try {
        while (!plugin.isOff()) {
          Change change = next();
          long lost = dropped();
          if (lost > 0) {
            host.complain(plugin, "is too slow: not told of " + lost + " changes of services");
          }
          for (ServiceListener listener : listeners) {
            tell(listener, change);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void tell(ServiceListener listener, Change change) throws InterruptedException {
      TimedCall<Boolean> call =
          new TimedCall<>(
              "plugin " + plugin.file() + " listener",
              plugin.plugin().loader(),
              () -> {
                listener.changed(change.before(), change.now(), plugin.view());
                return true;
              });
      try {
        call.run(host.timeLimit());
      } catch (TimedCall.TimedOut e) {
        plugin.switchOff();
        host.complain(
            plugin,
            "its service listener takes longer than " + host.shownLimit() + ": it is left out");
      } catch (TimedCall.Exited e) {
        plugin.switchOff();
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        host.complain(plugin, "service listener: " + call.reason(e));
      }
    }
  }

  private final PluginHost host;
  private final List<Audience> audiences = new ArrayList<>();
  private final Map<OsString, ServiceStatus> services = new TreeMap<>();

  ServiceWatch(PluginHost host) {
    this.host = host;
  }

  /** One more listener; before the tree is watched. */
  void add(HostedPlugin plugin, ServiceListener listener) {
    for (Audience audience : audiences) {
      if (audience.plugin == plugin) {
        audience.listeners.add(listener);
        return;
      }
    }
    Audience audience = new Audience(plugin);
    audience.listeners.add(listener);
    audiences.add(audience);
  }

  /** Starts to tell. */
  void begin() {
    for (Audience audience : audiences) {
      Thread thread = new Thread(audience, "plugin " + audience.plugin.file() + " changes");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** How all services are, by name. */
  synchronized List<ServiceStatus> all() {
    return List.copyOf(services.values());
  }

  @Override
  public void changed(Bytes name, Status status) {
    OsString os = OsString.of(name.toArray());
    ServiceStatus before;
    ServiceStatus now;
    synchronized (this) {
      before = services.get(os);
      now = of(os, status, before);
      services.put(os, now);
    }
    if (!now.equals(before)) {
      tell(before == null ? beginning(now) : before, now);
    }
  }

  @Override
  public void left(Bytes name) {
    ServiceStatus before;
    synchronized (this) {
      before = services.remove(OsString.of(name.toArray()));
    }
    if (before != null) {
      tell(
          before,
          new ServiceStatus(
              before.name(),
              ServiceStatus.State.GONE,
              false,
              false,
              false,
              0,
              before.since(),
              before.starts(),
              before.lastExit()));
    }
  }

  private void tell(ServiceStatus before, ServiceStatus now) {
    for (Audience audience : audiences) {
      if (!audience.plugin.isOff()) {
        audience.add(new Change(before, now));
      }
    }
  }

  private static ServiceStatus beginning(ServiceStatus now) {
    return new ServiceStatus(
        now.name(),
        ServiceStatus.State.DOWN,
        false,
        now.wantedUp(),
        false,
        0,
        now.since(),
        0,
        Optional.empty());
  }

  private static ServiceStatus of(OsString name, Status status, ServiceStatus before) {
    boolean up = status.up();
    ServiceStatus.State state =
        up
            ? ServiceStatus.State.UP
            : status.pid() != 0 ? ServiceStatus.State.FINISHING : ServiceStatus.State.DOWN;
    boolean wasUp = before != null && before.state() == ServiceStatus.State.UP;
    boolean fresh = up && (!wasUp || before.pid() != status.pid());
    boolean ended = wasUp && (!up || fresh);
    Instant since = status.changed().toInstant();
    return new ServiceStatus(
        name,
        state,
        up && status.ready(),
        status.wantUp(),
        up && status.paused(),
        status.pid(),
        since,
        (before == null ? 0 : before.starts()) + (fresh ? 1 : 0),
        ended
            ? Optional.of(exit(status.lastDeath()))
            : before == null ? Optional.empty() : before.lastExit());
  }

  private static ServiceStatus.Exit exit(WaitStatus death) {
    return new ServiceStatus.Exit(death.signalled() ? 256 : death.exitCode(), death.signal());
  }
}
