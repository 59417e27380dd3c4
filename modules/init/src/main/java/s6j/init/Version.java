package s6j.init;

/**
 * Says which s6j this is: one line. Also the floor that {@code ./dev bench} compares a boot with.
 */
public final class Version {
  private static final String LINE = "s6j 0.1.0";

  private Version() {}

  /** Prints the line. */
  public static void main(String[] arguments) {
    System.out.println(LINE);
  }
}
