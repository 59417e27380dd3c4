package s6j.plugin.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What names mean in the JVM of these tests: see the pom. */
final class Hosts {
  private Hosts() {}

  /** From now on they mean this: lines as in {@code /etc/hosts}. */
  static void are(String lines) throws IOException {
    Files.writeString(Path.of(System.getProperty("jdk.net.hosts.file")), lines + "\n");
  }
}
