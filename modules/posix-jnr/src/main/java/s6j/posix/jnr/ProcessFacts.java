package s6j.posix.jnr;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.ProcessInfo;
import s6j.posix.Syscall;

/** What this process is, as the kernel tells it: bytes that Java would have decoded. */
final class ProcessFacts {
  private static final int PATH_MAX = 4096;

  private ProcessFacts() {}

  static ProcessInfo now(ProcessInfo.Kind kind, List<Bytes> arguments) {
    int pid = Native.POSIX.getpid();
    return new ProcessInfo(
        kind,
        Native.ARCH,
        pid == 1,
        pid,
        Native.POSIX.getuid(),
        Native.POSIX.getgid(),
        Native.POSIX.geteuid(),
        Native.POSIX.getegid(),
        0,
        0,
        cwd(),
        List.copyOf(arguments),
        GivenEnvironment.read(),
        List.of(),
        List.of());
  }

  /** The last arguments of the command line: those of main, as they were before decoding. */
  static List<Bytes> lastArguments(int count) {
    List<Bytes> all = strings("/proc/self/cmdline");
    if (count < 0 || count > all.size()) {
      throw new IllegalArgumentException(count + " of " + all.size() + " arguments");
    }
    return all.subList(all.size() - count, all.size());
  }

  private static Bytes cwd() {
    try (NativeMemory memory = new NativeMemory()) {
      long buffer = memory.allocate(PATH_MAX);
      long length = Native.attempt(Syscall.GETCWD, buffer, PATH_MAX);
      boolean known = length > 1;
      return known ? Bytes.of(NativeMemory.copy(buffer, (int) length - 1)) : Bytes.of("/");
    }
  }

  /** The NUL-terminated strings of a file in /proc. */
  static List<Bytes> strings(String path) {
    return strings(read(path));
  }

  static List<Bytes> strings(Bytes content) {
    List<Bytes> strings = new ArrayList<>(content.split(0));
    // What follows the last NUL is nothing.
    strings.removeLast();
    return strings;
  }

  /** A set of signals in a status file of /proc; bit 0 is signal 1. */
  static long signalSet(String path, String name) {
    for (Bytes line : read(path).split('\n')) {
      if (line.startsWith(name + ":")) {
        return Long.parseUnsignedLong(line.words().get(1).latin1(), 16);
      }
    }
    return 0;
  }

  /** The content of a file in /proc; nothing when it cannot be read, as when /proc is missing. */
  static Bytes read(String path) {
    try (InputStream in = new FileInputStream(path)) {
      return Bytes.of(in.readAllBytes());
    } catch (IOException e) {
      return Bytes.EMPTY;
    }
  }
}
