package s6j.posix;

/**
 * How a process ended, as wait gives it.
 *
 * @param raw the status word of wait(2)
 */
public record WaitStatus(int raw) {
  public static WaitStatus exited(int code) {
    return new WaitStatus((code & 255) << 8);
  }

  public static WaitStatus killedBy(int signal) {
    return new WaitStatus(signal & 127);
  }

  public boolean signalled() {
    return (raw & 127) != 0;
  }

  /** The signal that killed it; 0 when none did. */
  public int signal() {
    return raw & 127;
  }

  /** Its exit code, 0 to 255; 0 when a signal killed it. */
  public int exitCode() {
    return signalled() ? 0 : raw >> 8 & 255;
  }

  /** The exit code, or 256 + signal: what s6-overlay prints and execline's {@code ?} holds. */
  public int overlayCode() {
    return signalled() ? 256 + signal() : exitCode();
  }

  /** The exit code, or 128 + signal: what a shell reports. */
  public int shellCode() {
    return signalled() ? 128 + signal() : exitCode();
  }
}
