package s6j.commands.notification;

import static s6j.posix.CallList.number;
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
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;

/** A fifodir: who may listen at it, and the FIFOs that listeners have put there. */
public final class FifodirFiles {
  /** Everybody may listen. */
  public static final int PUBLIC = 01733;

  /** The members of its group may listen. */
  public static final int RESTRICTED = 03730;

  static final String PREFIX = "ftrig1:@";
  private static final int NAME_LENGTH = 39;

  private FifodirFiles() {}

  /**
   * Makes a fifodir; one that is there already is left as it is, unless that is forced.
   *
   * @param group whose members may listen, or -1 for everybody
   */
  public static void make(Posix posix, Bytes path, long group, boolean force)
      throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0700));
    try {
      posix.call(calls);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      checkDirectory(posix, path);
      if (!force) {
        return;
      }
    }
    CallList owning = new CallList();
    if (group >= 0) {
      owning.add(
          Syscall.FCHOWNAT,
          number(CallList.AT_FDCWD),
          string(path),
          number(-1),
          number(group),
          number(0));
    }
    owning.add(
        Syscall.FCHMODAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(group >= 0 ? RESTRICTED : PUBLIC));
    posix.call(owning);
  }

  private static void checkDirectory(Posix posix, Bytes path) throws PosixException {
    CallList calls = new CallList();
    int flags = OpenFlags.PATH | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int fd = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    calls.add(Syscall.CLOSE, CallList.resultOf(fd));
    posix.call(calls);
  }

  /**
   * Writes events into the FIFO of each listener. One that nobody reads any more is removed, one
   * that is full misses them. No events: only the removal.
   *
   * @throws PosixException when the directory cannot be listed
   */
  static void tell(Posix posix, Bytes path, Bytes events) throws PosixException {
    List<Bytes> fifos = new ArrayList<>();
    for (Bytes name : new Files(posix).list(path)) {
      if (name.length() == NAME_LENGTH && name.startsWith(PREFIX)) {
        fifos.add(path.slash(name));
      }
    }
    CallList calls = new CallList();
    // A listener that leaves between open and write must not end us by a signal.
    SignalSet.of(Signal.PIPE).appendBlock(calls);
    int[] opened = new int[fifos.size()];
    int flags =
        OpenFlags.WRONLY
            | OpenFlags.NONBLOCK
            | OpenFlags.CLOEXEC
            | OpenFlags.noFollow(posix.info().arch());
    for (int i = 0; i < opened.length; i++) {
      opened[i] =
          calls.attempt(
              Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifos.get(i)), number(flags));
      if (!events.isEmpty()) {
        calls.attempt(
            Syscall.WRITE,
            CallList.resultOf(opened[i]),
            CallList.bytes(events.toArray()),
            number(events.length()));
      }
      calls.attempt(Syscall.CLOSE, CallList.resultOf(opened[i]));
    }
    removeUnread(posix, fifos, posix.attempt(calls), opened);
  }

  private static void removeUnread(Posix posix, List<Bytes> fifos, Results results, int[] opened) {
    CallList removals = new CallList();
    for (int i = 0; i < opened.length; i++) {
      if (results.failed(opened[i]) && results.errno(opened[i]).equals(Errno.ENXIO)) {
        removals.attempt(
            Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(fifos.get(i)), number(0));
      }
    }
    if (!removals.isEmpty()) {
      posix.attempt(removals);
    }
  }
}
