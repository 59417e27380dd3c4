package s6j.logging.output;

/** Whom an output tells what went wrong and will be tried again. */
@FunctionalInterface
public interface Warnings {
  void warn(String message);
}
