package s6j.posix.jnr;

import java.util.HexFormat;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.Syscall;

/**
 * The environment that the process was given. A launcher that had to change it, so that the JVM
 * does not see what is meant for others, passes on what it was: hexadecimal digits, as {@code od
 * -An -v -tx1} writes them, to be read from a descriptor that a system property names.
 */
final class GivenEnvironment {
  /** The property with the descriptor's number. */
  static final String DESCRIPTOR = "s6j.environment";

  private GivenEnvironment() {}

  /**
   * Reads it, once: the descriptor is closed.
   *
   * @throws IllegalArgumentException when the descriptor has nothing, or no such digits
   */
  static Environment read() {
    Integer fd = Integer.getInteger(DESCRIPTOR);
    if (fd == null) {
      return Restart.forget(Environment.ofEntries(ProcessFacts.strings("/proc/self/environ")));
    }
    Bytes text = ProcessFacts.read("/proc/self/fd/" + fd);
    Native.attempt(Syscall.CLOSE, fd);
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "no environment at descriptor " + fd + " (-D" + DESCRIPTOR + ")");
    }
    return Environment.ofEntries(ProcessFacts.strings(decoded(text)));
  }

  /** The bytes of hexadecimal digits; white space between them means nothing. */
  static Bytes decoded(Bytes text) {
    StringBuilder digits = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) != ' ' && text.at(i) != '\n') {
        digits.append((char) (text.at(i) & 255));
      }
    }
    try {
      return Bytes.of(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("an environment that is not hexadecimal", e);
    }
  }
}
