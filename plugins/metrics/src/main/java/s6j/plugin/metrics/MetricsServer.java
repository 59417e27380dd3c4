package s6j.plugin.metrics;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import s6j.plugin.metrics.http.HttpServer;
import s6j.spi.Background;
import s6j.spi.ContainerView;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.ServiceStatus;

/**
 * Answers {@code /metrics} at the address that {@code S6_METRICS_LISTEN} says: {@code :9464} when
 * it is not set.
 */
@AutoService(Background.class)
public final class MetricsServer implements Background {
  private static final String LISTEN = "S6_METRICS_LISTEN";
  private static final OsString DEFAULT = OsString.of(":9464");

  /** Found by the service loader. */
  public MetricsServer() {}

  @Override
  public void begin(ContainerView container) throws IOException {
    String address = container.environment().getOrDefault(OsString.of(LISTEN), DEFAULT).toString();
    try {
      HttpServer.listen(
          address,
          path ->
              path.equals("/metrics")
                  ? new HttpServer.Answer(
                      200, Exposition.TYPE, page(container, ExitCounter.counts(), Instant.now()))
                  : null);
    } catch (IllegalArgumentException e) {
      throw new IOException(LISTEN + ": " + e.getMessage(), e);
    }
  }

  /** The page. */
  static String page(ContainerView container, Map<ExitCounter.Ending, Long> endings, Instant now) {
    Exposition page = new Exposition();
    services(page, container.services(), now);
    page.metric(
        "s6j_service_exits_total",
        "counter",
        "How often the service's run has ended, and how: by exit code or by signal.");
    endings.forEach(
        (ending, count) ->
            page.value(
                count,
                "service",
                ending.service().toString(),
                ending.how(),
                Integer.toString(ending.number())));
    page.metric(
            "s6j_orphans_reaped_total",
            "counter",
            "Processes that nobody waited for, reaped by init.")
        .value(container.orphansReaped());
    page.metric(
            "s6j_runtime_restarts_total", "counter", "How often the JVM had to be started again.")
        .value(container.runtimeRestarts());
    page.metric("s6j_start_time_seconds", "gauge", "When init was started, in Unix time.")
        .value(container.started().toEpochMilli() / 1000.0);
    page.metric("s6j_stopping", "gauge", "Whether the container is to stop.")
        .value(container.stopping() ? 1 : 0);
    boot(page, container);
    return page.toString();
  }

  private static void services(Exposition page, List<ServiceStatus> services, Instant now) {
    page.metric("s6j_service_up", "gauge", "Whether the service's run runs.");
    for (ServiceStatus one : services) {
      page.value(one.state() == ServiceStatus.State.UP ? 1 : 0, "service", one.name().toString());
    }
    page.metric("s6j_service_ready", "gauge", "Whether the service has said that it is ready.");
    for (ServiceStatus one : services) {
      page.value(one.ready() ? 1 : 0, "service", one.name().toString());
    }
    page.metric("s6j_service_wanted_up", "gauge", "Whether the service is to be restarted.");
    for (ServiceStatus one : services) {
      page.value(one.wantedUp() ? 1 : 0, "service", one.name().toString());
    }
    page.metric(
        "s6j_service_uptime_seconds", "gauge", "How long the service has been up; 0 when not.");
    for (ServiceStatus one : services) {
      boolean up = one.state() == ServiceStatus.State.UP;
      page.value(
          up ? Math.max(0, Duration.between(one.since(), now).toMillis()) / 1000.0 : 0,
          "service",
          one.name().toString());
    }
    page.metric("s6j_service_starts_total", "counter", "How often the service's run was started.");
    for (ServiceStatus one : services) {
      page.value(one.starts(), "service", one.name().toString());
    }
    page.metric(
        "s6j_service_restarts_total", "counter", "How often the service's run was started again.");
    for (ServiceStatus one : services) {
      page.value(Math.max(0, one.starts() - 1), "service", one.name().toString());
    }
  }

  private static void boot(Exposition page, ContainerView container) {
    page.metric(
        "s6j_boot_seconds",
        "gauge",
        "When each point of the container's life was passed, since init was started.");
    for (Map.Entry<Point, Instant> one : new TreeMap<>(container.passed()).entrySet()) {
      page.value(
          Math.max(0, Duration.between(container.started(), one.getValue()).toMillis()) / 1000.0,
          "point",
          one.getKey().name().toLowerCase(Locale.ROOT));
    }
  }
}
