package s6j.posix;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds a program as execvp does: a name with a slash is a path, any other is looked for in PATH;
 * empty elements of PATH are ignored. A candidate that may not be executed is reported if nothing
 * better is found.
 */
public final class ProgramSearch {
  /** Where programs are looked for when PATH is not set. */
  public static final Bytes DEFAULT_PATH = Bytes.of("/usr/bin:/bin");

  private static final int AT_EACCESS = 0x200;

  private ProgramSearch() {}

  /**
   * A program that was found.
   *
   * @param path where
   * @param stat what is there, links followed
   */
  public record Found(Bytes path, Stat stat) {}

  /**
   * Looks for a program.
   *
   * @param path the value of PATH, or null when it is not set
   * @throws PosixException with ENOENT, or EACCES when there is such a file but none may be
   *     executed
   */
  public static Found find(Posix posix, Bytes name, Bytes path) throws PosixException {
    List<Bytes> candidates = candidates(name, path);
    CallList calls = new CallList();
    for (Bytes candidate : candidates) {
      calls.attemptStat(candidate);
      calls.attempt(
          Syscall.FACCESSAT2,
          number(CallList.AT_FDCWD),
          string(candidate),
          number(1),
          number(AT_EACCESS));
    }
    if (calls.isEmpty()) {
      throw new PosixException(Errno.ENOENT, -1);
    }
    return best(candidates, posix.call(calls));
  }

  private static Found best(List<Bytes> candidates, Results results) throws PosixException {
    Errno reason = Errno.ENOENT;
    for (int i = 0; i < candidates.size(); i++) {
      if (results.failed(2 * i)) {
        reason = worse(reason, results.errno(2 * i));
        continue;
      }
      Stat stat = Stat.of(results.buffer(2 * i));
      boolean refused = results.failed(2 * i + 1) && !results.errno(2 * i + 1).equals(Errno.ENOSYS);
      if (stat.isRegular() && !refused) {
        return new Found(candidates.get(i), stat);
      }
      reason =
          worse(
              reason,
              stat.isDirectory()
                  ? Errno.EACCES
                  : refused ? results.errno(2 * i + 1) : Errno.EACCES);
    }
    throw new PosixException(reason, -1);
  }

  private static Errno worse(Errno before, Errno now) {
    return before.equals(Errno.ENOENT) ? now : before;
  }

  /** Where a program may be: the paths to try, one after another. */
  public static List<Bytes> candidates(Bytes name, Bytes path) {
    List<Bytes> candidates = new ArrayList<>();
    if (name.contains('/')) {
      candidates.add(name);
    } else if (!name.isEmpty()) {
      for (Bytes directory : (path == null ? DEFAULT_PATH : path).split(':')) {
        if (!directory.isEmpty()) {
          candidates.add(directory.slash(name));
        }
      }
    }
    return candidates;
  }
}
