package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Makes the service directories of the scan directory. Each is a directory of its own, for
 * supervise/ and event/ and files that come and go, with a link to every entry of the user's
 * service directory: nothing is copied, so scripts can be on a read-only file system and the state
 * directory mounted noexec.
 */
final class ServiceLinks {
  /** Room for the entries of a usual service directory; a larger one is listed by itself. */
  private static final int LISTING = 8 << 10;

  private static final int AT_ONCE = 64;

  private final Posix posix;
  private final Bytes scanDirectory;

  ServiceLinks(Posix posix, Bytes scanDirectory) {
    this.posix = posix;
    this.scanDirectory = scanDirectory;
  }

  /**
   * Makes a service directory for each directory in {@code source} that is not hidden; returns
   * their names.
   */
  List<Bytes> make(Bytes source) throws PosixException {
    List<Bytes> candidates = new Files(posix).list(source);
    candidates.removeIf(name -> name.startsWith("."));
    List<Bytes> made = new ArrayList<>();
    for (int from = 0; from < candidates.size(); from += AT_ONCE) {
      make(source, candidates.subList(from, Math.min(candidates.size(), from + AT_ONCE)), made);
    }
    return made;
  }

  private void make(Bytes source, List<Bytes> names, List<Bytes> made) throws PosixException {
    CallList listing = new CallList();
    for (Bytes name : names) {
      appendListing(listing, source.slash(name));
      appendListing(listing, source.slash(name).slash("log"));
    }
    Results results = posix.call(listing);
    CallList links = new CallList();
    int mask = links.attempt(Syscall.UMASK, number(022));
    for (int i = 0; i < names.size(); i++) {
      if (!results.failed(6 * i)) {
        made.add(names.get(i));
        appendLinks(
            links,
            source.slash(names.get(i)),
            names.get(i),
            entries(results, 6 * i, source.slash(names.get(i))));
        if (!results.failed(6 * i + 3)) {
          Bytes log = Bytes.of("log");
          appendLinks(
              links,
              source.slash(names.get(i)).slash(log),
              names.get(i).slash(log),
              entries(results, 6 * i + 3, source.slash(names.get(i)).slash(log)));
        }
      }
    }
    links.attempt(Syscall.UMASK, resultOf(mask));
    posix.call(links);
  }

  /** Appends three calls: open, list, close. The first fails for what is no directory. */
  private void appendListing(CallList calls, Bytes path) {
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int fd = calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    calls.attempt(Syscall.GETDENTS64, resultOf(fd), outUpToResult(LISTING), number(LISTING));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
  }

  private List<Bytes> entries(Results results, int opened, Bytes path) throws PosixException {
    List<Bytes> names = new ArrayList<>();
    if (results.failed(opened + 1) || results.buffer(opened + 1).length >= LISTING / 2) {
      return new Files(posix).list(path);
    }
    Files.addNames(results.buffer(opened + 1), names);
    return names;
  }

  private void appendLinks(CallList calls, Bytes source, Bytes name, List<Bytes> entries) {
    Bytes directory = scanDirectory.slash(name);
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(directory), number(0755));
    for (Bytes entry : entries) {
      if (!entry.is("supervise") && !entry.is("event") && !(entry.is("log"))) {
        calls.attempt(
            Syscall.SYMLINKAT,
            string(source.slash(entry)),
            number(CallList.AT_FDCWD),
            string(directory.slash(entry)));
      }
    }
  }
}
