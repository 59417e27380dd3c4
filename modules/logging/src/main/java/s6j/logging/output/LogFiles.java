package s6j.logging.output;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.logging.time.Tai64n;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Syscall;

/** The names in a log directory, and the calls on them. */
final class LogFiles {
  static final int WRITE_FLAGS =
      OpenFlags.WRONLY
          | OpenFlags.CREAT
          | OpenFlags.APPEND
          | OpenFlags.NONBLOCK
          | OpenFlags.CLOEXEC;

  /** The bit that says that a file is complete. */
  static final int COMPLETE = 0100;

  final Bytes directory;
  final Bytes lock;
  final Bytes current;
  final Bytes previous;
  final Bytes processed;
  final Bytes state;
  final Bytes newState;

  LogFiles(Bytes directory) {
    this.directory = directory;
    lock = directory.plus("/lock");
    current = directory.plus("/current");
    previous = directory.plus("/previous");
    processed = directory.plus("/processed");
    state = directory.plus("/state");
    newState = directory.plus("/newstate");
  }

  /** The path of an archived file: {@code s} for one that is complete, {@code u} for a remnant. */
  Bytes archive(long unixSeconds, int nanos, char kind) {
    byte[] name = new byte[Tai64n.LENGTH + 2];
    Tai64n.format(unixSeconds, nanos, name, 0);
    name[Tai64n.LENGTH] = '.';
    name[Tai64n.LENGTH + 1] = (byte) kind;
    return directory.plus("/").plus(Bytes.of(name));
  }

  /** Whether this is the name of an archived file. */
  static boolean isArchive(Bytes name) {
    if (name.length() != Tai64n.LENGTH + 2 || name.at(0) != '@') {
      return false;
    }
    for (int i = 1; i < Tai64n.LENGTH; i++) {
      int c = name.at(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    int kind = name.at(Tai64n.LENGTH + 1);
    return name.at(Tai64n.LENGTH) == '.' && (kind == 's' || kind == 'u');
  }

  /** Those of these names that are archived files, oldest first. */
  static List<Bytes> archives(List<Bytes> names) {
    List<Bytes> archives = new ArrayList<>();
    for (Bytes name : names) {
      if (isArchive(name)) {
        archives.add(name);
      }
    }
    archives.sort(null);
    return archives;
  }

  static int addOpen(CallList calls, Bytes path, int flags) {
    return calls.add(
        Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(0666));
  }

  static int attemptOpen(CallList calls, Bytes path, int flags) {
    return calls.attempt(
        Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(0666));
  }

  static int addLink(CallList calls, Bytes from, Bytes to) {
    return calls.add(
        Syscall.LINKAT,
        number(CallList.AT_FDCWD),
        string(from),
        number(CallList.AT_FDCWD),
        string(to),
        number(0));
  }

  static int addUnlink(CallList calls, Bytes path) {
    return calls.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(0));
  }

  static int attemptUnlink(CallList calls, Bytes path) {
    return calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(0));
  }

  static int addRename(CallList calls, Bytes from, Bytes to) {
    return calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(from),
        number(CallList.AT_FDCWD),
        string(to),
        number(0));
  }
}
