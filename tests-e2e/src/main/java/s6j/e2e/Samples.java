package s6j.e2e;

import java.util.Arrays;
import java.util.List;

/** What is read off many measurements of one thing: of an odd or even number, the upper middle. */
final class Samples {
  private Samples() {}

  static double median(double[] values) {
    return quartile(values, 2);
  }

  static double median(List<Double> values) {
    return quartile(values, 2);
  }

  /** Of 1 (a quarter is below) to 3 (a quarter is above). */
  static double quartile(List<Double> values, int which) {
    return quartile(values.stream().mapToDouble(d -> d).toArray(), which);
  }

  private static double quartile(double[] values, int which) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length * which / 4];
  }
}
