package s6j.e2e;

/**
 * What became of a process or a container.
 *
 * @param code its exit code; 128 + signal when a signal ended it
 */
public record Outcome(int code, String stdout, String stderr) {
  /** Both streams, one after the other. */
  public String output() {
    return stdout + stderr;
  }
}
