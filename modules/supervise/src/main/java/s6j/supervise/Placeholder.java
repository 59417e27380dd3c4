package s6j.supervise;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
