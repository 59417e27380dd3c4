package s6j.attrs;

/** Where messages go: the stderr of a command, or the log of a boot. */
public interface Messages {
  /** Says one line, which has no newline at its end. */
  void say(String line);
}
