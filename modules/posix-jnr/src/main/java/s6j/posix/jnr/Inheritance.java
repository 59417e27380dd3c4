package s6j.posix.jnr;

import java.io.File;
import java.util.TreeSet;
import s6j.posix.Syscall;

/**
 * Which descriptors a new program may inherit: those that the process was started with and those
 * that call lists have opened, as far as they are not close-on-exec. Those of the JVM itself never;
 * not all of them are close-on-exec by themselves.
 */
final class Inheritance {
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final long LAST = 0xffffffffL;
  private static final int STANDARD = 3;

  private final TreeSet<Integer> given = new TreeSet<>();

  /** To be made first of all, while the JVM has little open. */
  Inheritance() {
    JvmFiles ofJvm = new JvmFiles();
    for (int fd : open()) {
      long flags = Native.attempt(Syscall.FCNTL, fd, Native.F_GETFD);
      boolean inherited = !Native.failed(flags) && (flags & Native.FD_CLOEXEC) == 0;
      if (fd >= STANDARD && inherited && !ofJvm.isOpenAs(fd)) {
        given.add(fd);
      }
    }
  }

  /** Learns from a call what it has opened or closed. */
  void note(Syscall syscall, long[] arguments, long value) {
    if (Native.failed(value)) {
      return;
    }
    switch (syscall) {
      case OPENAT, SOCKET, DUP3, SIGNALFD4 -> given.add((int) value);
      case FCNTL -> {
        if (arguments[1] == Native.F_DUPFD || arguments[1] == Native.F_DUPFD_CLOEXEC) {
          given.add((int) value);
        }
      }
      case PIPE2 -> {
        given.add(NativeMemory.getInt(arguments[0]));
        given.add(NativeMemory.getInt(arguments[0] + 4));
      }
      case CLOSE -> given.remove((int) arguments[0]);
      default -> {}
    }
  }

  /** Makes everything else close-on-exec. */
  void seal() {
    long first = STANDARD;
    for (int fd : given.tailSet(STANDARD)) {
      seal(first, fd - 1L);
      first = fd + 1L;
    }
    seal(first, LAST);
  }

  private void seal(long first, long last) {
    if (first <= last
        && Native.failed(Native.attempt(Syscall.CLOSE_RANGE, first, last, CLOSE_RANGE_CLOEXEC))) {
      // A kernel before 5.11: one by one.
      for (int fd : open()) {
        if (fd >= first && fd <= last) {
          Native.attempt(Syscall.FCNTL, fd, Native.F_SETFD, Native.FD_CLOEXEC);
        }
      }
    }
  }

  private static int[] open() {
    String[] names = new File("/proc/self/fd").list();
    int[] open = new int[names == null ? 0 : names.length];
    for (int i = 0; i < open.length; i++) {
      open[i] = Integer.parseInt(names[i]);
    }
    return open;
  }
}
