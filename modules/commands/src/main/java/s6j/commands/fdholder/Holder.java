package s6j.commands.fdholder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/** The descriptors that are held, by name, until their time has come. */
final class Holder {
  private final Posix posix;
  private final int most;
  private final Map<Bytes, HeldFd> held = new LinkedHashMap<>();

  /**
   * One that holds nothing yet.
   *
   * @param most how many descriptors it takes
   */
  Holder(Posix posix, int most) {
    this.posix = posix;
    this.most = most;
  }

  HeldFd get(Bytes id) {
    return held.get(id);
  }

  List<HeldFd> all() {
    return new ArrayList<>(held.values());
  }

  /** Whether so many more would be too many. */
  boolean isFullFor(int more) {
    return held.size() + more > most;
  }

  /** Keeps a descriptor; one that has the same name is closed. */
  void put(HeldFd entry) {
    HeldFd before = held.put(entry.id(), entry);
    if (before != null) {
      close(before.fd());
    }
  }

  /** Closes a descriptor and forgets it. */
  void remove(Bytes id) {
    close(held.remove(id).fd());
  }

  /** When the next one has to be closed. */
  Deadline next() {
    Deadline next = Deadline.NEVER;
    for (HeldFd entry : held.values()) {
      long left = entry.leftMillis();
      if (left >= 0) {
        next = Deadline.earlier(next, Deadline.in(Math.max(1, left)));
      }
    }
    return next;
  }

  /** Closes those whose time has come. */
  void expire() {
    for (HeldFd entry : all()) {
      if (entry.leftMillis() == 0) {
        remove(entry.id());
      }
    }
  }

  private void close(int fd) {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, CallList.number(fd));
    posix.attempt(calls);
  }
}
