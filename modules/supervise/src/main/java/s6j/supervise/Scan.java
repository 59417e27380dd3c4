package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** A look at a scan directory: which service directories are there. */
final class Scan {
  private static final int CALLS_FOR_NAME = 3;
  private static final int LINK_MAX = 1024;

  private Scan() {}

  /**
   * A directory, by what it is and not by its name. The methods are written out: generated ones are
   * slow the first time.
   */
  record Identity(long device, long inode) {
    /** That of the n-th of those that are no more. */
    static Identity ofNone(int n) {
      return new Identity(-1, n);
    }

    /** That of what a stat call has found; null when that is no directory. */
    static Identity of(Results results, int call) {
      Stat stat = results.failed(call) ? null : Stat.of(results.buffer(call));
      return stat != null && stat.isDirectory() ? new Identity(stat.device(), stat.inode()) : null;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Identity that && device == that.device && inode == that.inode;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(device * 31 + inode);
    }
  }

  /**
   * A service directory.
   *
   * @param link what its name says when it is a link, or null when it is the directory itself
   * @param logged whether it has a logger
   */
  record Found(Bytes name, Bytes link, boolean logged, Identity identity) {
    /** Where it is, for a scan directory of this path. */
    Bytes directory(Bytes path) {
      if (link == null) {
        return path.slash(name);
      }
      return link.startsWith("/") ? link : path.slash(link);
    }
  }

  /** The service directories that are there, or linked from there, in the order of their names. */
  static List<Found> of(Posix posix, Bytes path) throws PosixException {
    List<Bytes> names = new Files(posix).list(path);
    names.removeIf(name -> name.startsWith("."));
    List<Found> found = new ArrayList<>();
    if (names.isEmpty()) {
      return found;
    }
    Results results = look(posix, path, names);
    for (int i = 0; i < names.size(); i++) {
      int call = i * CALLS_FOR_NAME;
      Identity identity = Identity.of(results, call);
      if (identity != null) {
        boolean logged = Identity.of(results, call + 1) != null;
        Bytes link = results.failed(call + 2) ? null : Bytes.of(results.buffer(call + 2));
        found.add(new Found(names.get(i), link, logged, identity));
      }
    }
    return found;
  }

  /** What each name is, what its {@code log} is, and where it leads. */
  private static Results look(Posix posix, Bytes path, List<Bytes> names) throws PosixException {
    CallList calls = new CallList();
    for (Bytes name : names) {
      calls.attemptStat(path.slash(name));
      calls.attemptStat(path.slash(name).slash("log"));
      calls.attempt(
          Syscall.READLINKAT,
          number(CallList.AT_FDCWD),
          string(path.slash(name)),
          outUpToResult(LINK_MAX),
          number(LINK_MAX));
    }
    return posix.call(calls);
  }
}
