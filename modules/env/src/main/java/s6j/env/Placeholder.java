package s6j.env;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
