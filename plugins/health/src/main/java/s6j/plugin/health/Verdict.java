package s6j.plugin.health;

import java.util.List;
import s6j.spi.HealthCheck;
import s6j.spi.HealthReport;

/**
 * What all reports together say.
 *
 * @param well whether all is well
 * @param text a line for each problem, or one that says that there is none
 */
record Verdict(boolean well, String text) {
  /**
   * Judges.
   *
   * @param kind {@code READY} counts all reports, {@code LIVE} only those about that
   */
  static Verdict of(HealthCheck.Kind kind, List<HealthReport> reports) {
    StringBuilder problems = new StringBuilder();
    for (HealthReport report : reports) {
      boolean counts = kind == HealthCheck.Kind.READY || report.kind() == kind;
      if (counts && !report.isWell()) {
        problems.append(report.name()).append(": ").append(report.problem()).append('\n');
      }
    }
    return problems.isEmpty()
        ? new Verdict(true, kind == HealthCheck.Kind.READY ? "ready\n" : "live\n")
        : new Verdict(false, problems.toString());
  }
}
