package s6j.spi;

/**
 * What a health check has said.
 *
 * @param name the check's
 * @param kind what it is about
 * @param problem what is wrong, in one line; empty when all is well
 */
public record HealthReport(String name, HealthCheck.Kind kind, String problem) {
  /**
   * Whether all is well. Does not block; any thread.
   *
   * @return whether there is no problem
   */
  public boolean isWell() {
    return problem.isEmpty();
  }
}
