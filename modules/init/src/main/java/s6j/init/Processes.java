package s6j.init;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What /proc says of the processes there are. */
final class Processes {
  private static final File PROC = new File("/proc");

  private Processes() {}

  /** A process: its parent, and whether it is dead and only not reaped yet. */
  private record Entry(int parent, boolean zombie) {}

  /** Whether any process but init and this runtime is alive; false when /proc cannot tell. */
  static boolean anyLeft(int init, boolean pid1) {
    return !others(init, pid1, List.of()).isEmpty();
  }

  /** The processes that are alive but for init, this runtime, these, and what is below these. */
  static List<Integer> others(int init, boolean pid1, List<Integer> spared) {
    int self = self();
    Map<Integer, Entry> all = all();
    List<Integer> found = new ArrayList<>();
    for (Map.Entry<Integer, Entry> one : all.entrySet()) {
      int pid = one.getKey();
      if (pid != init
          && pid != self
          && !one.getValue().zombie()
          && (pid1 || below(pid, init, all))
          && !isOf(pid, spared, all)) {
        found.add(pid);
      }
    }
    return found;
  }

  private static boolean isOf(int pid, List<Integer> ancestors, Map<Integer, Entry> all) {
    for (int ancestor : ancestors) {
      if (pid == ancestor || below(pid, ancestor, all)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Our own pid, which the same file says, in the numbers of /proc: to ask the JDK takes a
   * millisecond of every stop, since it makes threads ready to wait for children.
   */
  private static int self() {
    byte[] content = new byte[16];
    try (FileInputStream in = new FileInputStream("/proc/self/stat")) {
      return number(content, 0, in.read(content));
    } catch (IOException e) {
      return 0;
    }
  }

  private static int number(byte[] content, int from, int end) {
    int number = 0;
    for (int i = from; i < end && content[i] >= '0' && content[i] <= '9'; i++) {
      number = number * 10 + content[i] - '0';
    }
    return number;
  }

  private static boolean below(int pid, int ancestor, Map<Integer, Entry> all) {
    int at = pid;
    for (int steps = 0; steps < all.size(); steps++) {
      Entry entry = all.get(at);
      if (entry == null) {
        return false;
      }
      if (entry.parent() == ancestor) {
        return true;
      }
      at = entry.parent();
    }
    return false;
  }

  private static Map<Integer, Entry> all() {
    Map<Integer, Entry> all = new HashMap<>();
    String[] names = PROC.list();
    if (names != null) {
      for (String name : names) {
        if (!name.isEmpty() && name.charAt(0) >= '1' && name.charAt(0) <= '9') {
          Entry entry = entry(name);
          if (entry != null) {
            all.put(Integer.parseInt(name), entry);
          }
        }
      }
    }
    return all;
  }

  /**
   * Reads {@code pid (name) state ppid …}; the name may contain anything, so its end is the last
   * parenthesis.
   */
  private static Entry entry(String pid) {
    byte[] content = new byte[512];
    try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
      int n = in.read(content);
      int end = n - 1;
      while (end > 0 && content[end] != ')') {
        end--;
      }
      char state = (char) content[end + 2];
      return new Entry(number(content, end + 4, n), state == 'Z' || state == 'X');
    } catch (IOException | ArrayIndexOutOfBoundsException e) {
      return null;
    }
  }
}
