package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * Removes trees, of any depth. Each directory is opened from the one it is in, and never through a
 * link: who can write in the tree cannot have something else removed by moving directories about.
 */
final class TreeRemover {
  private static final int REMOVEDIR = 0x200;

  /** Of the directories down to the one that is emptied, so many are open. */
  private static final int OPEN_MAX = 16;

  private static final Bytes PARENT = Bytes.of("..");

  private final Posix posix;

  /** The directories down to the one that is emptied. */
  private final List<Level> way = new ArrayList<>();

  /** What could not be unlinked, and is a directory, maybe. */
  private record Refused(Bytes name, Errno reason) {}

  /** A directory on the way. */
  private static final class Level {
    private final Bytes name;
    private final Deque<Refused> directories = new ArrayDeque<>();
    private DirectoryReader reader;

    /** What it is, for the way back: known of one that is not open any more. */
    private Stat identity;

    Level(Bytes name, DirectoryReader reader) {
      this.name = name;
      this.reader = reader;
    }
  }

  TreeRemover(Posix posix) {
    this.posix = posix;
  }

  /** Removes a file, a link, or a directory with all that is in it. */
  void remove(Bytes path) throws PosixException {
    try {
      for (Refused directory : unlink(CallList.AT_FDCWD, List.of(path))) {
        enter(directory);
        emptyAll();
      }
    } finally {
      closeAll();
    }
  }

  /** Unlinks names in a directory; returns those that this cannot be done with. */
  private List<Refused> unlink(int directory, List<Bytes> names) throws PosixException {
    CallList calls = new CallList();
    for (Bytes name : names) {
      calls.attempt(Syscall.UNLINKAT, number(directory), string(name), nothing());
    }
    Results results = posix.attempt(calls);
    List<Refused> refused = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (results.failed(i) && !results.errno(i).equals(Errno.ENOENT)) {
        refused.add(new Refused(names.get(i), results.errno(i)));
      }
    }
    return refused;
  }

  private void emptyAll() throws PosixException {
    while (!way.isEmpty()) {
      Level level = way.getLast();
      if (!level.directories.isEmpty()) {
        enter(level.directories.remove());
      } else if (!unlinkSome(level)) {
        leave();
      }
    }
  }

  /** Unlinks some of what is there; false when nothing is. */
  private boolean unlinkSome(Level level) throws PosixException {
    List<Bytes> names = level.reader.next();
    if (names.isEmpty()) {
      return false;
    }
    level.directories.addAll(unlink(level.reader.fd(), names));
    // Where names go while they are read some may be missed; from the start none is.
    level.reader.rewind();
    return true;
  }

  /** Goes into what could not be unlinked, if it is a directory. */
  private void enter(Refused directory) throws PosixException {
    // Some file systems say EPERM of a directory, which also means other things.
    if (!directory.reason().equals(Errno.EISDIR) && !directory.reason().equals(Errno.EPERM)) {
      throw new PosixException(directory.reason(), 0);
    }
    try {
      DirectoryReader reader = DirectoryReader.openWithin(posix, here(), directory.name());
      way.add(new Level(directory.name(), reader));
    } catch (PosixException e) {
      throw e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)
          ? new PosixException(directory.reason(), 0)
          : e;
    }
    if (way.size() > OPEN_MAX) {
      closeForNow(way.get(way.size() - 1 - OPEN_MAX));
    }
  }

  private int here() {
    return way.isEmpty() ? CallList.AT_FDCWD : way.getLast().reader.fd();
  }

  private static void closeForNow(Level level) throws PosixException {
    if (level.reader != null) {
      level.identity = level.reader.stat();
      level.reader.close();
      level.reader = null;
    }
  }

  /** Goes back from a directory that is empty, and removes it. */
  private void leave() throws PosixException {
    Level level = way.removeLast();
    try (DirectoryReader emptied = level.reader) {
      if (!way.isEmpty() && way.getLast().reader == null) {
        openAgain(way.getLast(), emptied);
      }
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.UNLINKAT, number(here()), string(level.name), number(REMOVEDIR));
    Results results = posix.attempt(calls);
    if (results.failed(0) && !results.errno(0).equals(Errno.ENOENT)) {
      throw new PosixException(results.errno(0), 0);
    }
  }

  private void openAgain(Level level, DirectoryReader within) throws PosixException {
    level.reader = DirectoryReader.openWithin(posix, within.fd(), PARENT);
    Stat found = level.reader.stat();
    // Somebody moves directories about: above this one may be anything now.
    if (found.inode() != level.identity.inode() || found.device() != level.identity.device()) {
      throw new PosixException(Errno.ENOENT, 0);
    }
  }

  private void closeAll() {
    for (Level level : way) {
      if (level.reader != null) {
        level.reader.close();
      }
    }
    way.clear();
  }
}
