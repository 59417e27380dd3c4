package s6j.env;

import s6j.posix.Bytes;
import s6j.posix.Errno;

/**
 * How the content of a file becomes the value of a variable. {@code s6-envdir} has the first kind,
 * {@code justc-envdir} and {@code with-contenv} have the second.
 */
public sealed interface EnvdirFormat {
  /**
   * How much of a file is read at most: more than the kernel takes in one string (128 KiB), so that
   * a value that is too long is refused by it, and not cut short by us.
   */
  int LONGEST = 256 << 10;

  /** How much of a file is looked at. */
  int limit();

  /** Whether a file that cannot be read for this reason is passed over. */
  boolean tolerates(Errno reason);

  /** Adds what a file of this name with this content says. */
  void apply(Bytes name, byte[] content, EnvdirChanges to);

  /** The value is the whole content as it stands, up to the first NUL, and may be empty. */
  record Verbatim(boolean tolerant) implements EnvdirFormat {
    /** As {@code justc-envdir}: a file that cannot be read is an error. */
    public static final Verbatim STRICT = new Verbatim(false);

    /** For the container environment: what is no readable file is passed over. */
    public static final Verbatim TOLERANT = new Verbatim(true);

    @Override
    public int limit() {
      return LONGEST;
    }

    @Override
    public boolean tolerates(Errno reason) {
      return tolerant;
    }

    @Override
    public void apply(Bytes name, byte[] content, EnvdirChanges to) {
      int end = 0;
      while (end < content.length && content[end] != 0) {
        end++;
      }
      to.set(name, Bytes.of(content, 0, end));
    }
  }

  /**
   * An empty file unsets its variable; NUL becomes another character.
   *
   * @param whole the value is the whole content ({@code -f}); otherwise the first line
   * @param keep the last newline of a whole content, or the blanks at the end of a first line, are
   *     part of the value ({@code -n})
   * @param large values may be longer than 4095 bytes ({@code -L})
   * @param nul what NUL becomes ({@code -c})
   */
  record Lines(boolean whole, boolean keep, boolean large, byte nul) implements EnvdirFormat {
    private static final int SMALL_LIMIT = 4095;

    /** {@code s6-envdir} without options. */
    public static final Lines PLAIN = new Lines(false, false, false, (byte) '\n');

    @Override
    public int limit() {
      return large ? LONGEST : SMALL_LIMIT;
    }

    @Override
    public boolean tolerates(Errno reason) {
      return false;
    }

    @Override
    public void apply(Bytes name, byte[] content, EnvdirChanges to) {
      if (content.length == 0) {
        to.unset(name);
        return;
      }
      byte[] value = Bytes.of(content).toArray();
      int end = end(value, Math.min(value.length, limit()));
      for (int i = 0; i < end; i++) {
        if (value[i] == 0) {
          value[i] = nul;
        }
      }
      to.set(name, Bytes.of(value, 0, end));
    }

    private int end(byte[] value, int length) {
      if (whole) {
        return !keep && value[length - 1] == '\n' ? length - 1 : length;
      }
      int end = 0;
      while (end < length && value[end] != '\n') {
        end++;
      }
      while (!keep && end > 0 && isBlank(value[end - 1])) {
        end--;
      }
      return end;
    }

    private static boolean isBlank(byte b) {
      return b == ' ' || b == '\t' || b == '\r';
    }
  }
}
