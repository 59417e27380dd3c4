package s6j.commands;

/** Replaced by the first real type of this package. */
final class Placeholder {
  private Placeholder() {}
}
