package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Removes trees. Each directory is opened from the one it is in, and never through a link: who can
 * write in the tree cannot have something else removed by moving directories about.
 */
final class TreeRemover {
  private static final int REMOVEDIR = 0x200;

  private final Posix posix;

  TreeRemover(Posix posix) {
    this.posix = posix;
  }

  /** Removes a file, a link, or a directory with all that is in it. */
  void remove(Bytes path) throws PosixException {
    CallList calls = new CallList();
    appendUnlink(calls, CallList.AT_FDCWD, path);
    Results results = posix.attempt(calls);
    if (results.failed(0)) {
      removeDirectory(CallList.AT_FDCWD, path, results.errno(0));
    }
  }

  private static void appendUnlink(CallList calls, int directory, Bytes name) {
    calls.attempt(Syscall.UNLINKAT, number(directory), string(name), nothing());
  }

  /**
   * Removes what could not be unlinked, if it is a directory.
   *
   * @param reason why it could not be unlinked
   */
  private void removeDirectory(int parent, Bytes name, Errno reason) throws PosixException {
    if (reason.equals(Errno.ENOENT)) {
      return;
    }
    // Some file systems say EPERM of a directory, which also means other things.
    if (!reason.equals(Errno.EISDIR) && !reason.equals(Errno.EPERM)) {
      throw new PosixException(reason, 0);
    }
    try (DirectoryReader reader = DirectoryReader.openWithin(posix, parent, name)) {
      removeContent(reader);
    } catch (PosixException e) {
      throw e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) ? new PosixException(reason, 0) : e;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.UNLINKAT, number(parent), string(name), number(REMOVEDIR));
    Results results = posix.attempt(calls);
    if (results.failed(0) && !results.errno(0).equals(Errno.ENOENT)) {
      throw new PosixException(results.errno(0), 0);
    }
  }

  private void removeContent(DirectoryReader reader) throws PosixException {
    for (List<Bytes> names = reader.next(); !names.isEmpty(); names = reader.next()) {
      CallList calls = new CallList();
      for (Bytes name : names) {
        appendUnlink(calls, reader.fd(), name);
      }
      Results results = posix.attempt(calls);
      for (int i = 0; i < names.size(); i++) {
        if (results.failed(i)) {
          removeDirectory(reader.fd(), names.get(i), results.errno(i));
        }
      }
      // Where names go while they are read some may be missed; from the start none is.
      reader.rewind();
    }
  }
}
