package s6j.logging;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
