package s6j.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The JVM of a container: the one child of its init that is not a service, and may die. */
final class Jvm {
  private static final int STOP = 19;

  private Jvm() {}

  /** Its pid as the host sees it, or 0 while there is none. */
  static long pid(Container container) {
    String init = Long.toString(container.pid());
    try {
      String children = Files.readString(Path.of("/proc", init, "task", init, "children"));
      for (String child : children.strip().split(" ")) {
        if (!child.isEmpty() && exe(child).endsWith("/bin/s6j-init")) {
          return Long.parseLong(child);
        }
      }
    } catch (IOException e) {
      // The container has not begun, or has ended.
    }
    return 0;
  }

  private static String exe(String pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", pid, "exe")).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Kills it; returns whether there was one. */
  static boolean kill(Container container) {
    long pid = pid(container);
    return pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
  }

  /**
   * Makes it deaf: what happens from now on is told to it, and it never gets to hear of it, as if
   * it had died right after.
   */
  static long freeze(Container container) {
    long pid = pid(container);
    Host.shell(
        "kill -$1 $2; until grep -q '^State:.T' /proc/$2/status; do sleep 0.01; done", STOP, pid);
    return pid;
  }
}
