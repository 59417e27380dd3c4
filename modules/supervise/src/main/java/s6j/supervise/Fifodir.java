package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * The notifying side of a fifodir, s6's way of telling events to any number of listeners: each has
 * a FIFO in the directory, into which every event's byte is written.
 */
final class Fifodir {
  private static final String PREFIX = "ftrig1:@";
  private static final int NAME_LENGTH = 39;
  private static final int LISTING = 32 << 10;

  private final Bytes path;

  Fifodir(Bytes path) {
    this.path = path;
  }

  /** Appends the calls that make the directory, for listeners of this group. */
  void appendCreate(CallList calls, int gid) {
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0700));
    calls.attempt(
        Syscall.FCHOWNAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(-1),
        number(gid),
        number(0));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(03730));
  }

  /** Appends the calls that list the listeners; returns the index for {@link #listeners}. */
  int appendListing(CallList calls, Posix posix) {
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int fd = calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    int listing =
        calls.attempt(Syscall.GETDENTS64, resultOf(fd), outUpToResult(LISTING), number(LISTING));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    return listing;
  }

  /** The FIFOs of those who listen. */
  static List<Bytes> listeners(Results results, int listing) {
    List<Bytes> names = new ArrayList<>();
    if (!results.failed(listing)) {
      Files.addNames(results.buffer(listing), names);
      names.removeIf(name -> name.length() != NAME_LENGTH || !name.startsWith(PREFIX));
    }
    return names;
  }

  /**
   * Writes the events into each FIFO; one that nobody reads any more is removed, one that is full
   * misses them.
   */
  void tell(Posix posix, List<Bytes> listeners, Bytes events) throws PosixException {
    CallList calls = new CallList();
    int[] opened = new int[listeners.size()];
    for (int i = 0; i < listeners.size(); i++) {
      int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
      opened[i] =
          calls.attempt(
              Syscall.OPENAT,
              number(CallList.AT_FDCWD),
              string(path.slash(listeners.get(i))),
              number(flags));
      for (int k = 0; k < events.length(); k++) {
        calls.attempt(
            Syscall.WRITE,
            resultOf(opened[i]),
            CallList.bytes(new byte[] {events.at(k)}),
            number(1));
      }
      calls.attempt(Syscall.CLOSE, resultOf(opened[i]));
    }
    Results results = posix.call(calls);
    CallList removals = new CallList();
    for (int i = 0; i < listeners.size(); i++) {
      if (results.failed(opened[i]) && results.errno(opened[i]).equals(Errno.ENXIO)) {
        removals.attempt(
            Syscall.UNLINKAT,
            number(CallList.AT_FDCWD),
            string(path.slash(listeners.get(i))),
            number(0));
      }
    }
    if (!removals.isEmpty()) {
      posix.call(removals);
    }
  }

  /** Removes the FIFOs that listeners of an earlier run have left. */
  void clean(Posix posix, List<Bytes> listeners) throws PosixException {
    CallList calls = new CallList();
    for (Bytes name : listeners) {
      Bytes fifo = path.slash(name);
      int flags = OpenFlags.WRONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
      calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
      calls.attempt(Syscall.CLOSE, resultOf(calls.size() - 1));
    }
    if (calls.isEmpty()) {
      return;
    }
    Results results = posix.call(calls);
    CallList removals = new CallList();
    for (int i = 0; i < listeners.size(); i++) {
      if (results.failed(2 * i)) {
        removals.attempt(
            Syscall.UNLINKAT,
            number(CallList.AT_FDCWD),
            string(path.slash(listeners.get(i))),
            number(0));
      }
    }
    if (!removals.isEmpty()) {
      posix.call(removals);
    }
  }
}
