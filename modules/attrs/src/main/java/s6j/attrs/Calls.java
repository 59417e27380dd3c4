package s6j.attrs;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.Call.Argument;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** The system calls of fix-attrs, each of which may fail, and is looked at afterwards. */
final class Calls {
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_EMPTY_PATH = 0x1000;

  private static final Argument CWD = number(CallList.AT_FDCWD);
  private static final Argument NONE = number(0);
  private static final Argument EMPTY = string("");

  private final Posix posix;
  private final Argument reference;
  private final Argument noFollowReference;
  private final Argument directory;
  private final Argument noFollowDirectory;

  Calls(Posix posix) {
    this.posix = posix;
    int noFollow = OpenFlags.noFollow(posix.info().arch());
    int path = OpenFlags.PATH | OpenFlags.CLOEXEC;
    int list = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    this.reference = number(path);
    this.noFollowReference = number(path | noFollow);
    this.directory = number(list);
    this.noFollowDirectory = number(list | noFollow);
  }

  /** Makes the calls of a list in which every one may fail. */
  Results make(CallList calls) {
    return posix.attempt(calls);
  }

  /** A reference (O_PATH) to what is at a path, links followed. */
  int refer(CallList calls, Bytes path) {
    return calls.attempt(Syscall.OPENAT, CWD, string(path), reference);
  }

  /** A reference to what a path within an open directory says, links followed. */
  int refer(CallList calls, int at, Bytes path) {
    return calls.attempt(Syscall.OPENAT, number(at), string(path), reference);
  }

  /** A reference to a name in a directory, to the link itself if it is one. */
  int referToName(CallList calls, Argument at, Bytes name) {
    return calls.attempt(Syscall.OPENAT, at, string(name), noFollowReference);
  }

  /** Opens the directory that a reference is to, for listing. */
  int reopen(CallList calls, int reference) {
    return calls.attempt(Syscall.OPENAT, number(reference), string("."), directory);
  }

  /** Opens a directory in another for listing, unless it is a link. */
  int openDirectory(CallList calls, int at, Bytes name) {
    return calls.attempt(Syscall.OPENAT, number(at), string(name), noFollowDirectory);
  }

  /** Opens a directory by path for listing. */
  int openDirectory(CallList calls, Bytes path) {
    return calls.attempt(Syscall.OPENAT, CWD, string(path), directory);
  }

  static int entries(CallList calls, Argument fd, int size) {
    return calls.attempt(Syscall.GETDENTS64, fd, outUpToResult(size), number(size));
  }

  static int close(CallList calls, Argument fd) {
    return calls.attempt(Syscall.CLOSE, fd);
  }

  void close(Iterable<Integer> fds) {
    CallList calls = new CallList();
    for (int fd : fds) {
      close(calls, number(fd));
    }
    if (!calls.isEmpty()) {
      make(calls);
    }
  }
}
