package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

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
 * The directory {@code s6} with everything that a container's life leaves on disk, in the first of
 * /run and /dev/shm that is writable. Made anew at every start; {@code /var/run/s6} names the same
 * place where that is possible.
 */
final class StateDirectory {
  /** Where scripts written for v3 leave the container's exit code. */
  static final Bytes RESULTS_OF_V3 = Bytes.of("/run/s6-linux-init-container-results");

  private static final String[] PLACES = {"/run", "/dev/shm"};

  private final Bytes path;

  private StateDirectory(Bytes path) {
    this.path = path;
  }

  Bytes path() {
    return path;
  }

  Bytes slash(String name) {
    return path.slash(name);
  }

  /** Finds the place, and removes what an earlier start has left there. */
  static StateDirectory prepare(Posix posix, Console console) throws PosixException {
    PosixException last = null;
    for (String place : PLACES) {
      try {
        StateDirectory state = new StateDirectory(Bytes.of(place).slash("s6"));
        state.create(posix, Bytes.of(place));
        state.nameElsewhere(posix, console, place.equals("/run"));
        return state;
      } catch (PosixException e) {
        last = e;
      }
    }
    console.warn(
        "neither /run nor /dev/shm can be written to: state needs one of them"
            + " (mount a tmpfs on /run)");
    throw last;
  }

  /**
   * The state directory that an earlier runtime of this life has made; null when it had not come so
   * far.
   */
  static StateDirectory find(Posix posix) throws PosixException {
    Files files = new Files(posix);
    for (String place : PLACES) {
      StateDirectory state = new StateDirectory(Bytes.of(place).slash("s6"));
      if (files.stat(state.slash("s6j")) != null) {
        return state;
      }
    }
    return null;
  }

  /**
   * What is left from before is set aside in one step, so that a path is either the old state or
   * the new one.
   */
  private void create(Posix posix, Bytes place) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(place), number(0755));
    int made =
        calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0755));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(0755));
    Results results = posix.call(calls);
    if (!results.failed(made)) {
      return;
    }
    if (!results.errno(made).equals(Errno.EEXIST)) {
      throw new PosixException(results.errno(made), made);
    }
    Files files = new Files(posix);
    Bytes old = place.slash(".s6-old");
    files.removeTree(old);
    CallList replacing = new CallList();
    replacing.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(path),
        number(CallList.AT_FDCWD),
        string(old),
        number(0));
    replacing.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0755));
    replacing.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(0755));
    try {
      posix.call(replacing);
      files.removeTree(old);
    } catch (PosixException e) {
      if (e.index() != 0) {
        throw e;
      }
      // A mount point, or a directory above that is not ours: its content can still be ours.
      files.removeContent(path);
      files.write(path.slash(".probe"), Bytes.EMPTY, 0600);
      files.removeTree(path.slash(".probe"));
    }
  }

  /** Scripts of v1 and v2 know /var/run/s6, those of v3 also /run/service. */
  private void nameElsewhere(Posix posix, Console console, boolean inRun) throws PosixException {
    Files files = new Files(posix);
    if (!inRun) {
      console.warn(
          "/run is not writable: state is in "
              + path
              + "; scripts that use /run/s6 or /var/run/s6 will not find it"
              + " (mount a tmpfs on /run)");
      return;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(RESULTS_OF_V3), number(0755));
    calls.attempt(
        Syscall.UNLINKAT,
        number(CallList.AT_FDCWD),
        string(RESULTS_OF_V3.slash("exitcode")),
        number(0));
    calls.attempt(
        Syscall.SYMLINKAT,
        string("s6/services"),
        number(CallList.AT_FDCWD),
        string("/run/service"));
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string("/var"), number(0755));
    calls.attempt(Syscall.SYMLINKAT, string("/run"), number(CallList.AT_FDCWD), string("/var/run"));
    posix.call(calls);
    Stat here = files.stat(path);
    Stat there = files.stat(Bytes.of("/var/run/s6"));
    if (there != null && there.inode() == here.inode() && there.device() == here.device()) {
      return;
    }
    try {
      files.removeTree(Bytes.of("/var/run/s6"));
      CallList link = new CallList();
      link.add(Syscall.SYMLINKAT, string(path), number(CallList.AT_FDCWD), string("/var/run/s6"));
      posix.call(link);
    } catch (PosixException e) {
      console.warn("/var/run/s6 cannot be made a name of " + path + ": " + e.getMessage());
    }
  }
}
