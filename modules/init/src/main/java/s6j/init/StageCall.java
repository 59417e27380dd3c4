package s6j.init;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import s6j.plugin.Reason;
import s6j.plugin.TimedCall;
import s6j.posix.Bytes;
import s6j.posix.PosixException;
import s6j.spi.ContainerView;
import s6j.spi.OsString;
import s6j.spi.StageContext;

/** One call of a stage hook: keeps its changes of the environment until it has returned. */
final class StageCall implements StageContext {
  private final PluginHost host;
  private final HostedPlugin plugin;
  private final Map<Bytes, Bytes> changes = new LinkedHashMap<>();
  private TimedCall<?> call;
  private String limit;
  private boolean over;

  StageCall(PluginHost host, HostedPlugin plugin, String limit) {
    this.host = host;
    this.plugin = plugin;
    this.limit = limit;
  }

  /** The call that it is about, before it is started. */
  synchronized void of(TimedCall<?> one) {
    call = one;
  }

  /**
   * Changes are ignored from now on.
   *
   * @return those so far: the value of each variable, null for one that is removed
   */
  synchronized Map<Bytes, Bytes> end() {
    over = true;
    return changes;
  }

  /** How long it may take, for a message. */
  synchronized String limit() {
    return limit;
  }

  @Override
  public ContainerView container() {
    return plugin.view();
  }

  @Override
  public Map<OsString, OsString> environment() {
    try {
      return PluginEnvironment.shown(host.environment().now());
    } catch (PosixException e) {
      throw new IllegalStateException("unable to read container_environment: " + e.getMessage(), e);
    }
  }

  @Override
  public void set(OsString name, OsString value) {
    change(name, Bytes.of(value.bytes()));
  }

  @Override
  public void remove(OsString name) {
    change(name, null);
  }

  private synchronized void change(OsString name, Bytes value) {
    Bytes bytes = Bytes.of(name.bytes());
    if (bytes.isEmpty() || bytes.contains('=') || bytes.contains('/') || bytes.startsWith(".")) {
      throw new IllegalArgumentException("\"" + name + "\" cannot be the name of a variable");
    }
    if (!over) {
      changes.put(bytes, value);
    }
  }

  @Override
  public void progress(String message) {
    host.container()
        .console()
        .print("[" + plugin.plugin().name() + "] " + Reason.oneLine(message) + "\n");
  }

  @Override
  public synchronized void mayTake(Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("expected a time, got " + time);
    }
    // A hook that has been told to hurry has no more time to ask for.
    if (!host.stopping()) {
      call.mayTake(time);
      limit = millis(time) + " ms, as it has said itself";
    }
  }

  /** There are times that are longer than a number can say. */
  private static long millis(Duration time) {
    try {
      return time.toMillis();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
