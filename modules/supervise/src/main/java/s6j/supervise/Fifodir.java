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
  private static final int AT_EMPTY_PATH = 0x1000;

  private final Bytes path;

  Fifodir(Bytes path) {
    this.path = path;
  }

  /**
   * Appends the calls that make the directory, for listeners of this group, and list those who
   * listen already; returns the index for {@link #listeners}. A directory that is there already
   * keeps its owner and mode, which may be somebody's choice.
   */
  int appendCreate(CallList calls, Posix posix) {
    int made =
        calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0700));
    int fd = appendOpen(calls, posix);
    int listing = appendRead(calls, fd);
    // F_DUPFD is 0, which is what mkdir returns when it has made the directory. The copy is that
    // of no descriptor otherwise, and what follows fails.
    int copy = calls.attempt(Syscall.FCNTL, resultOf(fd), resultOf(made), number(0));
    Bytes here = Bytes.EMPTY;
    calls.attempt(
        Syscall.FCHOWNAT,
        resultOf(copy),
        string(here),
        number(-1),
        number(posix.info().egid()),
        number(AT_EMPTY_PATH));
    calls.attempt(Syscall.FCHMOD, resultOf(copy), number(03730));
    calls.attempt(Syscall.CLOSE, resultOf(copy));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    return listing;
  }

  /** Appends the calls that list the listeners; returns the index for {@link #listeners}. */
  int appendListing(CallList calls, Posix posix) {
    int fd = appendOpen(calls, posix);
    int listing = appendRead(calls, fd);
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    return listing;
  }

  private int appendOpen(CallList calls, Posix posix) {
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    return calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
  }

  private static int appendRead(CallList calls, int fd) {
    return calls.attempt(Syscall.GETDENTS64, resultOf(fd), outUpToResult(LISTING), number(LISTING));
  }

  /** The FIFOs of those who listen. */
  List<Bytes> listeners(Posix posix, Results results, int listing) throws PosixException {
    if (results.failed(listing)) {
      return List.of();
    }
    byte[] entries = results.buffer(listing);
    List<Bytes> names;
    if (entries.length > LISTING / 2) {
      names = new Files(posix).list(path);
    } else {
      names = new ArrayList<>();
      Files.addNames(entries, names);
    }
    names.removeIf(name -> name.length() != NAME_LENGTH || !name.startsWith(PREFIX));
    return names;
  }

  /**
   * Writes the events into each FIFO; one that nobody reads any more is removed, one that is full
   * misses them. No events: only the removal.
   */
  void tell(Posix posix, List<Bytes> listeners, Bytes events) throws PosixException {
    if (listeners.isEmpty()) {
      return;
    }
    CallList calls = new CallList();
    int[] opened = new int[listeners.size()];
    int flags =
        OpenFlags.WRONLY
            | OpenFlags.NONBLOCK
            | OpenFlags.CLOEXEC
            | OpenFlags.noFollow(posix.info().arch());
    for (int i = 0; i < listeners.size(); i++) {
      Bytes fifo = path.slash(listeners.get(i));
      opened[i] =
          calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
      if (!events.isEmpty()) {
        calls.attempt(
            Syscall.WRITE,
            resultOf(opened[i]),
            CallList.bytes(events.toArray()),
            number(events.length()));
      }
      calls.attempt(Syscall.CLOSE, resultOf(opened[i]));
    }
    Results results = posix.call(calls);
    CallList removals = new CallList();
    for (int i = 0; i < listeners.size(); i++) {
      if (results.failed(opened[i]) && results.errno(opened[i]).equals(Errno.ENXIO)) {
        Bytes fifo = path.slash(listeners.get(i));
        removals.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(fifo), number(0));
      }
    }
    if (!removals.isEmpty()) {
      posix.call(removals);
    }
  }
}
