package s6j.posix.jnr;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that a JVM opens when it starts: its own, those with classes, and those with random
 * numbers. They are not close-on-exec, as are those that it was given by whoever started it.
 */
final class JvmFiles {
  private final Path home = real(System.getProperty("java.home", "/"));
  private final Set<Path> others =
      new HashSet<>(List.of(Path.of("/dev/random"), Path.of("/dev/urandom")));

  JvmFiles() {
    add(System.getProperty("java.class.path"));
    add(System.getProperty("jdk.module.path"));
  }

  private void add(String paths) {
    for (String path : paths == null ? new String[0] : paths.split(File.pathSeparator)) {
      others.add(real(path));
      String[] inside = new File(path).list();
      for (String name : inside == null ? new String[0] : inside) {
        others.add(real(path + "/" + name));
      }
    }
  }

  /** Whether this descriptor is one of them. */
  boolean isOpenAs(int fd) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd));
      return target.startsWith(home)
          || others.contains(target)
          || target.toString().startsWith("anon_inode:");
    } catch (IOException e) {
      // It is closed already.
      return true;
    }
  }

  private static Path real(String path) {
    try {
      return Path.of(path).toRealPath();
    } catch (IOException e) {
      return Path.of(path).toAbsolutePath();
    }
  }
}
