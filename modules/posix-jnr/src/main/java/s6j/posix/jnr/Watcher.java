package s6j.posix.jnr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jnr.ffi.Pointer;
import s6j.posix.Errno;
import s6j.posix.InitProcess.DataReceived;
import s6j.posix.InitProcess.Event;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Reads watched descriptors as soon as there is something, on a thread of its own. */
final class Watcher {
  private static final int CHUNK = 64 << 10;
  private static final int POLLFD_SIZE = 8;
  private static final short POLLIN = 1;

  private final Consumer<Event> events;
  private final Map<Integer, Watch> watches = new LinkedHashMap<>();
  private final int wakeRead;
  private final int wakeWrite;
  private boolean started;

  /** One descriptor; another one when the same number is watched again. */
  private static final class Watch {
    private final int fd;
    private final long tag;
    private boolean ended;

    Watch(int fd, long tag) {
      this.fd = fd;
      this.tag = tag;
    }
  }

  Watcher(Consumer<Event> events) throws PosixException {
    this.events = events;
    try (NativeMemory memory = new NativeMemory()) {
      long pair = memory.allocate(8);
      Native.call(Syscall.PIPE2, pair, OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
      wakeRead = NativeMemory.getInt(pair);
      wakeWrite = NativeMemory.getInt(pair + 4);
    }
  }

  synchronized void watch(int fd, long tag) throws PosixException {
    Native.call(Syscall.FCNTL, fd, Native.F_GETFD);
    Watch before = watches.get(fd);
    if (before != null && !before.ended) {
      throw new PosixException(Errno.EEXIST, -1);
    }
    watches.put(fd, new Watch(fd, tag));
    if (!started) {
      started = true;
      Thread.ofPlatform().name("watcher").daemon().start(this::readForEver);
    }
    wake();
  }

  synchronized void unwatch(int fd) throws PosixException {
    Native.call(Syscall.FCNTL, fd, Native.F_GETFD);
    if (watches.remove(fd) == null) {
      throw new PosixException(Errno.ENOENT, -1);
    }
    wake();
  }

  private void wake() {
    try (NativeMemory memory = new NativeMemory()) {
      Native.attempt(Syscall.WRITE, wakeWrite, memory.allocate(1), 1);
    }
  }

  private void readForEver() {
    try (NativeMemory memory = new NativeMemory()) {
      long buffer = memory.allocate(CHUNK);
      for (; ; ) {
        for (Watch ready : awaitReadable(buffer)) {
          read(ready, buffer);
        }
      }
    }
  }

  private List<Watch> awaitReadable(long drain) {
    List<Watch> all;
    synchronized (this) {
      all = new ArrayList<>(watches.values());
    }
    List<Watch> ready = new ArrayList<>();
    try (NativeMemory memory = new NativeMemory()) {
      int size = POLLFD_SIZE * (all.size() + 1);
      long address = memory.allocate(size);
      Pointer polled = NativeMemory.at(address, size);
      for (int i = 0; i <= all.size(); i++) {
        polled.putInt((long) i * POLLFD_SIZE, i == 0 ? wakeRead : polledFd(all.get(i - 1)));
        polled.putShort((long) i * POLLFD_SIZE + 4, POLLIN);
      }
      Native.LIBC.poll(address, all.size() + 1, -1);
      for (int i = 0; i <= all.size(); i++) {
        boolean readable = polled.getShort((long) i * POLLFD_SIZE + 6) != 0;
        if (readable && i == 0) {
          Native.attempt(Syscall.READ, wakeRead, drain, CHUNK);
        } else if (readable) {
          ready.add(all.get(i - 1));
        }
      }
    }
    return ready;
  }

  /** At its end a descriptor is not looked at any more, and stays known until unwatch. */
  private static int polledFd(Watch watch) {
    return watch.ended ? -1 : watch.fd;
  }

  /** Reads all that there is in a descriptor, which must be O_NONBLOCK; nothing if not watched. */
  synchronized void readNow(int fd) {
    Watch watch = watches.get(fd);
    if (watch == null) {
      return;
    }
    try (NativeMemory memory = new NativeMemory()) {
      long buffer = memory.allocate(CHUNK);
      while (!watch.ended && read(watch, buffer)) {}
    }
  }

  /**
   * Reads once; nothing is told of a descriptor once unwatch has returned.
   *
   * @return whether there was something
   */
  private synchronized boolean read(Watch watch, long buffer) {
    if (watches.get(watch.fd) != watch) {
      return false;
    }
    long n = Native.attempt(Syscall.READ, watch.fd, buffer, CHUNK);
    if (n == -Errno.EAGAIN.number() || n == -Errno.EINTR.number()) {
      return false;
    }
    if (n <= 0) {
      watch.ended = true;
      events.accept(new DataReceived(watch.tag, new byte[0], true));
    } else {
      events.accept(new DataReceived(watch.tag, NativeMemory.copy(buffer, (int) n), false));
    }
    return true;
  }
}
