package s6j.commands.portable.tree;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;
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
import s6j.posix.Syscall;

/** Resolves all links of a path, as realpath does: what it names must be there. */
final class RealPath {
  private static final int PATH_MAX = 4096;
  private static final int LINKS_MAX = 40;
  private static final Bytes ROOT = Bytes.of("/");

  private final Posix posix;

  /** The names that have been resolved. */
  private final List<Bytes> done = new ArrayList<>();

  /** Those to come. */
  private final Deque<Bytes> ahead = new ArrayDeque<>();

  private RealPath(Posix posix) {
    this.posix = posix;
  }

  static Bytes of(Posix posix, Bytes path) throws PosixException {
    if (path.isEmpty()) {
      throw new PosixException(Errno.ENOENT, 0);
    }
    RealPath real = new RealPath(posix);
    real.goAhead(path);
    if (!path.startsWith(ROOT)) {
      real.goAhead(real.workingDirectory());
    }
    real.check(path);
    real.resolve();
    return real.joined();
  }

  private Bytes workingDirectory() throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.GETCWD, out(PATH_MAX), number(PATH_MAX));
    Bytes path = Bytes.of(posix.call(calls).buffer(0));
    return path.slice(0, path.indexOf(0));
  }

  private void goAhead(Bytes path) {
    List<Bytes> names = path.split('/');
    for (int i = names.size() - 1; i >= 0; i--) {
      if (!names.get(i).isEmpty() && !names.get(i).is(".")) {
        ahead.push(names.get(i));
      }
    }
  }

  private void resolve() throws PosixException {
    int links = 0;
    while (!ahead.isEmpty()) {
      Bytes name = ahead.pop();
      if (name.is("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      done.add(name);
      Bytes target = target(joined());
      if (target == null) {
        continue;
      }
      if (++links > LINKS_MAX) {
        throw new PosixException(Errno.ELOOP, 0);
      }
      done.removeLast();
      if (target.startsWith(ROOT)) {
        done.clear();
      }
      goAhead(target);
    }
  }

  /** What a link says; null for what is no link. */
  private Bytes target(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.READLINKAT,
        number(CallList.AT_FDCWD),
        string(path),
        outUpToResult(PATH_MAX),
        number(PATH_MAX));
    Results results = posix.attempt(calls);
    if (!results.failed(0)) {
      return Bytes.of(results.buffer(0));
    }
    if (results.errno(0).equals(Errno.EINVAL)) {
      return null;
    }
    throw new PosixException(results.errno(0), 0);
  }

  private Bytes joined() {
    if (done.isEmpty()) {
      return ROOT;
    }
    Bytes path = Bytes.EMPTY;
    for (Bytes name : done) {
      path = path.plus(ROOT).plus(name);
    }
    return path;
  }

  /** The system knows best what is wrong, such as a file with a {@code ..} after it. */
  private void check(Bytes path) throws PosixException {
    CallList calls = new CallList();
    calls.attemptStat(path);
    Results results = posix.attempt(calls);
    if (results.failed(0)) {
      throw new PosixException(results.errno(0), 0);
    }
  }
}
