package s6j.execline;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
