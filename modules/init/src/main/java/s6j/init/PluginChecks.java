package s6j.init;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import s6j.plugin.Reason;
import s6j.plugin.TimedCall;
import s6j.spi.ContainerView;
import s6j.spi.HealthCheck;
import s6j.spi.HealthReport;

/** The health checks of all plugins. Without lambdas: the first who asks would wait for them. */
final class PluginChecks {
  private record Asking(HealthCheck check, ContainerView container) implements Callable<String> {
    @Override
    public String call() throws Exception {
      return check.check(container);
    }
  }

  private static final class ByName implements Comparator<HealthReport> {
    @Override
    public int compare(HealthReport a, HealthReport b) {
      return a.name().compareTo(b.name());
    }
  }

  /** A check, with what it has said of itself. Made on a thread of the plugin. */
  static final class Check {
    private final HostedPlugin plugin;
    private final HealthCheck check;
    private final String name;
    private final HealthCheck.Kind kind;

    /** A call that has taken too long, and may still run; or null. */
    private volatile TimedCall<String> stuck;

    Check(HostedPlugin plugin, HealthCheck check) {
      this.plugin = plugin;
      this.check = check;
      this.name =
          Reason.oneLine(
              Objects.requireNonNull(check.name(), "the name of its health check is null"));
      this.kind = Objects.requireNonNull(check.kind(), "the kind of its health check is null");
    }

    HealthReport report(String problem) {
      return new HealthReport(name, kind, problem);
    }

    /** Starts to ask; null when it has not answered the last time and still does not. */
    TimedCall<String> ask(PluginHost host) {
      TimedCall<String> last = stuck;
      if (last != null && last.isRunning()) {
        // Whoever asks again and again must not fill the memory with threads.
        return null;
      }
      TimedCall<String> call =
          new TimedCall<>(
              "health " + name, plugin.plugin().loader(), new Asking(check, plugin.view()));
      call.start(host.timeLimit());
      return call;
    }

    String answer(TimedCall<String> call, PluginHost host) throws InterruptedException {
      if (call == null) {
        return silence(host);
      }
      try {
        return Reason.oneLine(Objects.requireNonNull(call.await(), "its answer is null"));
      } catch (TimedCall.TimedOut e) {
        stuck = call;
        return silence(host);
      } catch (TimedCall.Exited e) {
        return e.getMessage();
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        return call.reason(e);
      }
    }

    private static String silence(PluginHost host) {
      return "does not answer within " + host.shownLimit();
    }
  }

  private final PluginHost host;
  private final List<Check> checks = new ArrayList<>();

  PluginChecks(PluginHost host) {
    this.host = host;
  }

  /** More checks; before anybody asks. */
  void addAll(Collection<Check> more) {
    checks.addAll(more);
  }

  /** Asks all checks at the same time; what they say, by their names. */
  List<HealthReport> ask() throws InterruptedException {
    List<Check> asked = new ArrayList<>();
    List<TimedCall<String>> calls = new ArrayList<>();
    for (Check check : checks) {
      if (!check.plugin.isOff()) {
        asked.add(check);
        calls.add(check.ask(host));
      }
    }
    List<HealthReport> reports = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Check check = asked.get(i);
      reports.add(check.report(check.answer(calls.get(i), host)));
    }
    reports.sort(new ByName());
    return List.copyOf(reports);
  }
}
