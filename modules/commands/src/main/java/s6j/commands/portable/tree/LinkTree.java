package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.chain.CommandException;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * A tree of links to other trees. What one tree has to itself is one link; a directory becomes real
 * where trees share it. Each change takes effect in one step.
 */
final class LinkTree {
  private static final int MODE = 0777;
  private static final int EXCHANGE = 2;

  /** Each level needs a part of a small stack. */
  private static final int DEPTH_MAX = 100;

  private final Posix posix;
  private final Files files;
  private int depth;

  LinkTree(Posix posix) {
    this.posix = posix;
    this.files = new Files(posix);
  }

  /** Makes what {@code source} has available at {@code place}, before what was there already. */
  void add(Bytes place, Bytes source) throws PosixException, CommandException {
    Stat there = files.lstat(place);
    if (there == null) {
      link(source, place);
      return;
    }
    boolean directory = isDirectory(source);
    if (there.isLink()) {
      addToLink(place, source, directory);
    } else if (there.isDirectory() && directory) {
      addContent(place, source);
    } else {
      throw conflict(place, source);
    }
  }

  private void addToLink(Bytes place, Bytes source, boolean directory)
      throws PosixException, CommandException {
    Bytes target = target(place);
    Stat stat = files.stat(place);
    if (target.equals(source)) {
      return;
    }
    if (stat != null && stat.isDirectory() != directory) {
      throw conflict(place, source);
    }
    if (stat == null || !directory || isOverridden(target, source)) {
      replace(place, source);
    } else if (!isEmpty(source)) {
      share(place, target, source);
    }
  }

  private static CommandException conflict(Bytes place, Bytes source) {
    return CommandException.fatal(
        CommandException.USAGE,
        "conflict: " + place + " and " + source + " are not of the same kind");
  }

  private boolean isDirectory(Bytes path) throws PosixException {
    Stat stat = files.stat(path);
    return stat != null && stat.isDirectory();
  }

  /** What a link points to, as an absolute path. */
  private Bytes target(Bytes place) throws PosixException {
    Bytes target = files.readLink(place);
    return target.startsWith("/")
        ? target
        : place.slice(0, place.lastIndexOf('/') + 1).plus(target);
  }

  /** Whether the new directory has all that the old one has. */
  private boolean isOverridden(Bytes old, Bytes fresh) throws PosixException, CommandException {
    goDown(old);
    try (DirectoryReader reader = DirectoryReader.open(posix, old)) {
      for (List<Bytes> names = reader.next(); !names.isEmpty(); names = reader.next()) {
        for (Bytes name : names) {
          if (!isOverriddenBy(old.slash(name), fresh.slash(name))) {
            return false;
          }
        }
      }
      return true;
    } finally {
      depth--;
    }
  }

  private void goDown(Bytes directory) throws CommandException {
    if (depth == DEPTH_MAX) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "directories are nested too deeply: " + directory);
    }
    depth++;
  }

  private boolean isOverriddenBy(Bytes old, Bytes fresh) throws PosixException, CommandException {
    if (files.lstat(fresh) == null) {
      return false;
    }
    boolean directory = isDirectory(old);
    return directory == isDirectory(fresh) && (!directory || isOverridden(old, fresh));
  }

  private boolean isEmpty(Bytes directory) throws PosixException {
    try (DirectoryReader reader = DirectoryReader.open(posix, directory)) {
      return reader.next().isEmpty();
    }
  }

  /** A link becomes a directory with what both have; it is there when it is complete. */
  private void share(Bytes place, Bytes old, Bytes source) throws PosixException, CommandException {
    Bytes fresh = place.plus(":s6-update-symlinks:" + UniqueSuffix.next());
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(fresh), number(MODE));
    posix.call(calls);
    boolean done = false;
    try {
      addContent(fresh, old);
      addContent(fresh, source);
      exchange(fresh, place);
      done = true;
    } finally {
      if (!done) {
        new TreeRemover(posix).remove(fresh);
      }
    }
  }

  private void addContent(Bytes place, Bytes source) throws PosixException, CommandException {
    goDown(source);
    try (DirectoryReader reader = DirectoryReader.open(posix, source)) {
      for (List<Bytes> names = reader.next(); !names.isEmpty(); names = reader.next()) {
        for (Bytes name : names) {
          add(place.slash(name), source.slash(name));
        }
      }
    } finally {
      depth--;
    }
  }

  private void link(Bytes target, Bytes place) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.SYMLINKAT, string(target), number(CallList.AT_FDCWD), string(place));
    posix.call(calls);
  }

  private void replace(Bytes place, Bytes target) throws PosixException {
    Bytes fresh = place.plus(":s6-update-symlinks:" + UniqueSuffix.next());
    link(target, fresh);
    CallList calls = new CallList();
    appendRename(calls, fresh, place, 0);
    Results results = posix.attempt(calls);
    if (results.failed(0)) {
      unlink(fresh);
      throw new PosixException(results.errno(0), 0);
    }
  }

  /** Puts a directory in the place of a link. */
  private void exchange(Bytes directory, Bytes link) throws PosixException {
    CallList calls = new CallList();
    appendRename(calls, directory, link, EXCHANGE);
    Results results = posix.attempt(calls);
    if (!results.failed(0)) {
      unlink(directory);
      return;
    }
    boolean lacking =
        results.errno(0).equals(Errno.EINVAL) || results.errno(0).equals(Errno.ENOSYS);
    if (!lacking) {
      throw new PosixException(results.errno(0), 0);
    }
    unlink(link);
    CallList renaming = new CallList();
    appendRename(renaming, directory, link, 0);
    Results renamed = posix.attempt(renaming);
    if (renamed.failed(0)) {
      throw new PosixException(renamed.errno(0), 0);
    }
  }

  private static void appendRename(CallList calls, Bytes from, Bytes to, int flags) {
    calls.attempt(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(from),
        number(CallList.AT_FDCWD),
        string(to),
        number(flags));
  }

  private void unlink(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), nothing());
    posix.call(calls);
  }
}
