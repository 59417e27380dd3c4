package s6j.spi;

/**
 * A command on PATH, in Java: it runs in the JVM, for a process that is as cheap as {@code true}.
 *
 * <p>There is a link of its name in {@code bin} of the state directory ({@code /run/s6/bin}), which
 * is last on the PATH of init scripts, services and CMD. For {@code docker exec} and {@code
 * HEALTHCHECK} use that path, or make a link of your own: {@code ln -s /usr/lib/s6j/bin/shim
 * /usr/bin/NAME}.
 */
public interface CommandProvider {
  /**
   * Its name. Asked for once, before any run, on the thread of the constructor; never blocks. After
   * an exception the plugin is left out.
   *
   * @return a file name, of at most 255 bytes, and not that of a command of s6j
   */
  String name();

  /**
   * Runs the command for a process. Called on a thread of the caller's, for several processes at
   * the same time, and may block as long as it likes; it is not interrupted. When the process is
   * killed, methods of {@code call} throw {@link java.io.IOException}.
   *
   * <p>When the runtime dies meanwhile, a process that nothing has been done in is served by the
   * next one, from the beginning; another ends with exit code 111.
   *
   * @param call what it was called with, and how to act in the process
   * @return what becomes of the process
   * @throws Exception ends the process: {@code NAME: fatal: message} on its stderr, and exit code
   *     111
   */
  CommandResult run(CommandCall call) throws Exception;
}
