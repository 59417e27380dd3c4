package s6j.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The C programs of the harness, compiled when first asked for. */
public final class Programs {
  private static final Map<String, Path> BUILT = new ConcurrentHashMap<>();

  private Programs() {}

  /** Makes namespaces; see nsrun.c. */
  public static Path nsrun() {
    return BUILT.computeIfAbsent("nsrun", name -> build(name, name, "gcc", "-static", "-O1"));
  }

  /** The static program for containers; see probe.c. */
  public static Path probe() {
    return BUILT.computeIfAbsent("probe", name -> build(name, name, "musl-gcc", "-static", "-Os"));
  }

  /** The same program, which needs musl's loader. */
  public static Path dynamicProbe() {
    return BUILT.computeIfAbsent("probe-musl", name -> build("probe", name, "musl-gcc", "-Os"));
  }

  private static Path build(String sourceName, String name, String... compiler) {
    try {
      Path source = Checkout.root().resolve("tests-e2e/src/main/c/" + sourceName + ".c");
      Path target = Checkout.cache().resolve("bin/" + name);
      if (Files.exists(target)
          && Files.getLastModifiedTime(target).compareTo(Files.getLastModifiedTime(source)) >= 0) {
        return target;
      }
      Files.createDirectories(target.getParent());
      Path fresh = target.resolveSibling(name + "." + ProcessHandle.current().pid());
      Host.shell(
          "out=$1 in=$2; shift 2; \"$@\" -Wall -Wextra -Werror -o \"$out\" \"$in\"",
          concat(fresh, source, compiler));
      return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object[] concat(Path out, Path in, String... words) {
    Object[] all = new Object[words.length + 2];
    all[0] = out;
    all[1] = in;
    System.arraycopy(words, 0, all, 2, words.length);
    return all;
  }
}
