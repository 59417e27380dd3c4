package s6j.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What a directory contains, in words that can be compared. */
final class Tree {
  private Tree() {}

  /** A line for each thing below a root, by its path: what it is, its content, mode and owner. */
  static Map<String, String> of(Path root) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        all.put(root.relativize(path).toString(), shown(path));
      }
    }
    return all;
  }

  private static String shown(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    Map<String, Object> has = Files.readAttributes(path, "unix:mode,uid,gid");
    String rights =
        " "
            + Integer.toOctalString((int) has.get("mode"))
            + " "
            + has.get("uid")
            + ":"
            + has.get("gid");
    if (Files.isDirectory(path)) {
      return "directory" + rights;
    }
    return Files.isRegularFile(path) ? "file " + sum(path) + rights : "special" + rights;
  }

  private static String sum(Path file) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(Files.readAllBytes(file));
    return Files.size(file) + " bytes, CRC " + Long.toHexString(sum.getValue());
  }
}
