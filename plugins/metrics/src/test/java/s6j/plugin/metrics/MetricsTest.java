package s6j.plugin.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import s6j.spi.ContainerView;
import s6j.spi.HealthReport;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.ServiceStatus;

/** The page that Prometheus gets. */
class MetricsTest {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

  /** A container that has been up for a while. */
  private record Fixed(List<ServiceStatus> services) implements ContainerView {
    @Override
    public OsString stateDirectory() {
      return OsString.of("/run/s6");
    }

    @Override
    public OsString scanDirectory() {
      return OsString.of("/run/s6/services");
    }

    @Override
    public OsString configurationDirectory() {
      return OsString.of("/etc");
    }

    @Override
    public Map<OsString, OsString> environment() {
      return Map.of();
    }

    @Override
    public Map<Point, Instant> passed() {
      return Map.of(Point.BEFORE_CMD, START.plusMillis(70), Point.BEFORE_STAGE1, START);
    }

    @Override
    public Instant started() {
      return START;
    }

    @Override
    public boolean stopping() {
      return false;
    }

    @Override
    public long orphansReaped() {
      return 7;
    }

    @Override
    public int runtimeRestarts() {
      return 0;
    }

    @Override
    public List<HealthReport> checkHealth() {
      return List.of();
    }

    @Override
    public void warn(String message) {
      throw new IllegalStateException(message);
    }
  }

  private static ServiceStatus service(String name, ServiceStatus.State state, int starts) {
    boolean up = state == ServiceStatus.State.UP;
    return new ServiceStatus(
        OsString.of(name),
        state,
        up,
        true,
        false,
        up ? 10 : 0,
        START,
        starts,
        Optional.of(new ServiceStatus.Exit(256, 9)));
  }

  @Test
  void the_page_has_every_metric_once_with_help_and_type() {
    ContainerView container =
        new Fixed(
            List.of(
                service("db", ServiceStatus.State.UP, 3),
                service("we\"b\\", ServiceStatus.State.DOWN, 0)));
    String page =
        MetricsServer.page(
            container,
            Map.of(new ExitCounter.Ending(OsString.of("db"), "signal", 9), 2L),
            START.plusMillis(1500));
    for (String line :
        List.of(
            "# TYPE s6j_service_up gauge",
            "s6j_service_up{service=\"db\"} 1",
            "s6j_service_up{service=\"we\\\"b\\\\\"} 0",
            "s6j_service_ready{service=\"db\"} 1",
            "s6j_service_wanted_up{service=\"db\"} 1",
            "s6j_service_uptime_seconds{service=\"db\"} 1.5",
            "s6j_service_uptime_seconds{service=\"we\\\"b\\\\\"} 0",
            "s6j_service_starts_total{service=\"db\"} 3",
            "s6j_service_restarts_total{service=\"db\"} 2",
            "s6j_service_restarts_total{service=\"we\\\"b\\\\\"} 0",
            "s6j_service_exits_total{service=\"db\",signal=\"9\"} 2",
            "s6j_orphans_reaped_total 7",
            "s6j_runtime_restarts_total 0",
            "s6j_start_time_seconds 1700000000",
            "s6j_stopping 0",
            "s6j_boot_seconds{point=\"before_stage1\"} 0",
            "s6j_boot_seconds{point=\"before_cmd\"} 0.07")) {
      assertTrue(("\n" + page).contains("\n" + line + "\n"), line + " is not in\n" + page);
    }
    List<String> types = page.lines().filter(line -> line.startsWith("# TYPE ")).toList();
    assertEquals(types.size(), types.stream().distinct().count());
    assertEquals(types.size(), page.lines().filter(line -> line.startsWith("# HELP ")).count());
  }

  @Test
  void endings_are_counted_by_service_and_kind() {
    ServiceStatus up = service("counted", ServiceStatus.State.UP, 1);
    ServiceStatus down = service("counted", ServiceStatus.State.DOWN, 1);
    ExitCounter counter = new ExitCounter();
    counter.changed(up, down, null);
    counter.changed(up, down, null);
    counter.changed(down, up, null);
    counter.changed(down, down, null);
    assertEquals(
        Map.of(new ExitCounter.Ending(OsString.of("counted"), "signal", 9), 2L),
        ExitCounter.counts());
  }
}
