package s6j.plugin.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine, or container, is called. */
public final class Machine {
  private Machine() {}

  /**
   * The host name that the kernel has, or {@code localhost}. Not by {@link java.net.InetAddress},
   * which asks the resolver.
   */
  public static String hostname() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return name.isEmpty() || name.equals("(none)") ? "localhost" : name;
    } catch (IOException _) {
      return "localhost";
    }
  }
}
