package s6j.attrs;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
