package s6j.posix.jnr;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * Holds a child up just before it executes its program, so that its resource limits can be set from
 * outside. Limits are a process's, not a thread's: to set them here for the child to inherit would
 * for a moment set them for the JVM, which can die of it.
 *
 * <p>The gate is two fifos. The child opens the first, which tells the keeper that it is there, and
 * then the second, which it cannot before the keeper does. Nobody else can find them by name.
 */
final class Gate implements AutoCloseable {
  private static final String[] PLACES = {"/run", "/dev/shm", "/tmp", "/var/tmp"};
  private static final int READ_WRITE_FOR_ALL = 0666;

  private final SpawnPlan plan;
  private final int arrival;
  private final int release;
  private final Thread keeper;
  private volatile boolean over;
  private PosixException failure;
  private long opened = -1;

  /** Made by a thread that has still the identity with which limits are to be set. */
  Gate(SpawnPlan plan) throws PosixException {
    this.plan = plan;
    this.arrival = fifo("arrival");
    this.release = fifo("release");
    this.keeper = Thread.ofPlatform().name("s6j-gate").daemon().unstarted(this::keep);
    keeper.start();
  }

  private static int fifo(String what) throws PosixException {
    long failed = -Errno.ENOENT.number();
    for (String place : PLACES) {
      try (NativeMemory memory = new NativeMemory()) {
        long path = memory.string(place + "/.s6j-" + what + "-" + Native.POSIX.getpid());
        int mode = Stat.FIFO | READ_WRITE_FOR_ALL;
        Native.attempt(Syscall.UNLINKAT, CallList.AT_FDCWD, path, 0);
        failed = Native.attempt(Syscall.MKNODAT, CallList.AT_FDCWD, path, mode, 0);
        if (!Native.failed(failed)) {
          return withoutName(path);
        }
      }
    }
    throw new PosixException(Errno.of((int) -failed), -1);
  }

  private static int withoutName(long path) throws PosixException {
    try {
      // The umask has had its share of the mode.
      Native.call(Syscall.FCHMODAT, CallList.AT_FDCWD, path, READ_WRITE_FOR_ALL);
      int flags = OpenFlags.PATH | OpenFlags.CLOEXEC | OpenFlags.noFollow(Native.ARCH);
      return (int) Native.call(Syscall.OPENAT, CallList.AT_FDCWD, path, flags, 0);
    } finally {
      Native.attempt(Syscall.UNLINKAT, CallList.AT_FDCWD, path, 0);
    }
  }

  /** What the child opens first. */
  String arrivalPath() {
    return "/proc/self/fd/" + arrival;
  }

  /** What the child opens then. */
  String releasePath() {
    return "/proc/self/fd/" + release;
  }

  /** Whether it needs this descriptor, until the child has passed. */
  boolean holds(int fd) {
    return fd == arrival || fd == release;
  }

  private void keep() {
    closing(open(arrivalPath(), OpenFlags.WRONLY));
    if (over) {
      return;
    }
    int child = child();
    try {
      limit(child);
      // Never blocks, and stays open so that the child may also come later.
      opened = open(releasePath(), OpenFlags.RDWR);
    } catch (PosixException e) {
      failure = e;
      Native.attempt(Syscall.KILL, child, Signal.KILL.number());
    }
  }

  private static long open(String path, int flags) {
    try (NativeMemory memory = new NativeMemory()) {
      long name = memory.string(path);
      return Native.attempt(Syscall.OPENAT, CallList.AT_FDCWD, name, flags | OpenFlags.CLOEXEC, 0);
    }
  }

  private static void closing(long fd) {
    if (fd >= 0) {
      Native.attempt(Syscall.CLOSE, fd);
    }
  }

  /** The one child that is still named after the thread that starts it. */
  private static int child() throws IllegalStateException {
    String parent = Integer.toString(Native.POSIX.getpid());
    String[] names = new File("/proc").list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        String stat = ProcessFacts.read("/proc/" + name + "/stat").latin1();
        int end = stat.lastIndexOf(") ");
        boolean ours = end > 0 && stat.substring(end + 4).startsWith(parent + " ");
        if (ours && stat.contains("(" + Spawner.THREAD_NAME + ")")) {
          return Integer.parseInt(name);
        }
      }
    }
    throw new IllegalStateException("no child at the gate");
  }

  /** Without CAP_SYS_RESOURCE only those of a process with the same identity can be set. */
  private void limit(int child) throws PosixException {
    try (NativeMemory memory = new NativeMemory()) {
      try {
        limit(child, memory);
      } catch (PosixException e) {
        if (!e.is(Errno.EPERM) || plan.identity() == null) {
          throw e;
        }
        Spawner.become(plan.identity(), memory);
        limit(child, memory);
      }
    }
  }

  private void limit(int child, NativeMemory memory) throws PosixException {
    for (SpawnPlan.Limit limit : plan.limits()) {
      byte[] pair =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putLong(limit.soft())
              .putLong(limit.hard())
              .array();
      Native.call(Syscall.PRLIMIT64, child, limit.resource(), memory.bytes(pair), 0);
    }
  }

  /** Starts the child; when its limits cannot be set there is none. */
  int spawn(SpawnRequest request) throws PosixException {
    int pid = request.spawn();
    close();
    if (failure != null) {
      Native.attempt(Syscall.WAIT4, pid, 0, 0, 0);
      throw failure;
    }
    return pid;
  }

  /** Sends the keeper home, wherever it waits. */
  @Override
  public void close() {
    if (over) {
      return;
    }
    over = true;
    long reader = open(arrivalPath(), OpenFlags.RDWR);
    Spawner.joinWhole(keeper);
    closing(reader);
    closing(opened);
    closing(arrival);
    closing(release);
  }
}
