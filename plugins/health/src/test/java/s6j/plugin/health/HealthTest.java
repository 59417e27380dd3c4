package s6j.plugin.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static s6j.spi.HealthCheck.Kind.LIVE;
import static s6j.spi.HealthCheck.Kind.READY;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import s6j.spi.HealthReport;
import s6j.spi.OsString;
import s6j.spi.ServiceStatus;
import s6j.spi.ServiceStatus.State;

/** What counts as well, and what is said when something is not. */
class HealthTest {
  private static String problem(
      State state, boolean ready, boolean wanted, boolean paused, boolean tells, int code) {
    ServiceStatus service =
        new ServiceStatus(
            OsString.of("s"),
            state,
            ready,
            wanted,
            paused,
            state == State.DOWN ? 0 : 10,
            Instant.EPOCH,
            1,
            code < 0
                ? Optional.empty()
                : Optional.of(
                    code == 256
                        ? new ServiceStatus.Exit(256, 9)
                        : new ServiceStatus.Exit(code, 0)));
    return ServicesCheck.problem(service, tells);
  }

  @Test
  void a_service_is_well_when_it_is_as_wanted() {
    assertEquals("", problem(State.UP, false, true, false, false, -1));
    assertEquals("", problem(State.UP, true, true, false, true, -1));
    assertEquals("", problem(State.DOWN, false, false, false, false, 1));
  }

  @Test
  void otherwise_it_is_said_what_it_is() {
    assertEquals("is not ready", problem(State.UP, false, true, false, true, -1));
    assertEquals("is paused", problem(State.UP, true, true, true, true, -1));
    assertEquals("is down", problem(State.DOWN, false, true, false, false, -1));
    assertEquals("is down (exited 3)", problem(State.DOWN, false, true, false, false, 3));
    assertEquals(
        "is finishing (killed by signal 9)",
        problem(State.FINISHING, false, true, false, false, 256));
  }

  @Test
  void liveness_is_not_about_readiness_but_readiness_about_both() {
    List<HealthReport> notReady =
        List.of(new HealthReport("a", LIVE, ""), new HealthReport("b", READY, "is down"));
    assertEquals(new Verdict(true, "live\n"), Verdict.of(LIVE, notReady));
    assertEquals(new Verdict(false, "b: is down\n"), Verdict.of(READY, notReady));
    List<HealthReport> dead =
        List.of(new HealthReport("a", LIVE, "deadlock"), new HealthReport("b", READY, "x"));
    assertEquals(new Verdict(false, "a: deadlock\n"), Verdict.of(LIVE, dead));
    assertEquals(new Verdict(false, "a: deadlock\nb: x\n"), Verdict.of(READY, dead));
    assertEquals(new Verdict(true, "ready\n"), Verdict.of(READY, List.of()));
  }
}
