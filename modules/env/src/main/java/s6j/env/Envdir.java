package s6j.env;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Reads a directory in which every file is a variable: its name the file's, its value the file's
 * content, as an {@link EnvdirFormat} understands it. Files whose name starts with a dot or
 * contains {@code =} are no variables.
 *
 * <p>A directory of small files costs two exchanges with the process: the names, then all contents.
 */
public final class Envdir {
  /** Most values are shorter than this; a longer one costs an exchange more. */
  private static final int SMALL = 4096;

  private static final int CHUNK = 128 << 10;

  /** How much all values may be: the kernel gives no program more, with the usual limits. */
  private static final int ALL_MAX = 2 << 20;

  private static final int FILES_PER_LIST = 512;

  private Envdir() {}

  /**
   * What the directory says.
   *
   * @throws PosixException when the directory cannot be listed or one of its files not be read;
   *     E2BIG when they are more than 2 MiB
   */
  public static EnvdirChanges read(Posix posix, Bytes directory, EnvdirFormat format)
      throws PosixException {
    return read(posix, directory, variables(new Files(posix).list(directory)), format);
  }

  static EnvdirChanges read(Posix posix, Bytes directory, List<Bytes> names, EnvdirFormat format)
      throws PosixException {
    EnvdirChanges changes = new EnvdirChanges();
    for (int from = 0; from < names.size(); from += FILES_PER_LIST) {
      readSome(
          posix,
          directory,
          names.subList(from, Math.min(names.size(), from + FILES_PER_LIST)),
          format,
          changes);
    }
    return changes;
  }

  /** Those of these names that name a variable. */
  static List<Bytes> variables(List<Bytes> names) {
    List<Bytes> variables = new ArrayList<>(names.size());
    for (Bytes name : names) {
      if (name.at(0) != '.' && !name.contains('=')) {
        variables.add(name);
      }
    }
    return variables;
  }

  private static void readSome(
      Posix posix, Bytes directory, List<Bytes> names, EnvdirFormat format, EnvdirChanges changes)
      throws PosixException {
    CallList calls = new CallList();
    int first = appendFiles(calls, directory, names);
    if (!calls.isEmpty()) {
      apply(posix, directory, names, posix.call(calls), first, format, changes);
    }
  }

  /** Appends the calls that read these files; returns the index of the first. */
  static int appendFiles(CallList calls, Bytes directory, List<Bytes> names) {
    int first = calls.size();
    for (Bytes name : names) {
      int fd = appendOpen(calls, directory.slash(name));
      calls.attempt(Syscall.READ, resultOf(fd), outUpToResult(SMALL), number(SMALL));
      calls.attempt(Syscall.CLOSE, resultOf(fd));
    }
    return first;
  }

  /** Adds what the files say that the calls from {@code first} on have read. */
  static void apply(
      Posix posix,
      Bytes directory,
      List<Bytes> names,
      Results results,
      int first,
      EnvdirFormat format,
      EnvdirChanges changes)
      throws PosixException {
    for (int i = 0; i < names.size(); i++) {
      int open = first + 3 * i;
      int failed = results.failed(open) ? open : results.failed(open + 1) ? open + 1 : -1;
      if (failed >= 0) {
        Errno reason = results.errno(failed);
        // A file that has gone since the directory was listed, or a link to nowhere, is not there.
        if (!reason.equals(Errno.ENOENT) && !format.tolerates(reason)) {
          throw new PosixException(reason, failed);
        }
        continue;
      }
      byte[] content = results.buffer(open + 1);
      if (content.length == SMALL && format.limit() > SMALL) {
        content = readLarge(posix, directory.slash(names.get(i)), format.limit());
      }
      format.apply(names.get(i), content, changes);
      if (changes.size() > ALL_MAX) {
        throw new PosixException(Errno.E2BIG, -1);
      }
    }
  }

  /** What the calls from {@code first} on have read; null unless that was all of every file. */
  static List<byte[]> contents(int files, Results results, int first) {
    List<byte[]> contents = new ArrayList<>(files);
    for (int i = 0; i < files; i++) {
      int open = first + 3 * i;
      if (results.failed(open) || results.failed(open + 1)) {
        return null;
      }
      byte[] content = results.buffer(open + 1);
      if (content.length == SMALL) {
        return null;
      }
      contents.add(content);
    }
    return contents;
  }

  /** A FIFO that somebody left in the directory must not stop us: nothing is waited for. */
  private static int appendOpen(CallList calls, Bytes path) {
    return calls.attempt(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
  }

  private static byte[] readLarge(Posix posix, Bytes path, int limit) throws PosixException {
    CallList opening = new CallList();
    int open = appendOpen(opening, path);
    int first = opening.attempt(Syscall.READ, resultOf(open), outUpToResult(CHUNK), number(CHUNK));
    Results results = posix.call(opening);
    if (results.failed(open)) {
      throw new PosixException(results.errno(open), open);
    }
    Files files = new Files(posix);
    int fd = results.fd(open);
    try {
      if (results.failed(first)) {
        throw new PosixException(results.errno(first), first);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] part = results.buffer(first);
      while (part.length > 0 && all.size() < limit) {
        all.write(part, 0, Math.min(part.length, limit - all.size()));
        part = files.readOnce(fd, CHUNK);
      }
      return all.toByteArray();
    } finally {
      files.close(fd);
    }
  }

  /** Whether this reason means that there is no such directory. */
  public static boolean isMissing(PosixException reason) {
    return reason.is(Errno.ENOENT);
  }

  /** The environment with what a directory says, on top of what is there. */
  public static Environment applied(
      Posix posix, Bytes directory, EnvdirFormat format, Environment to) throws PosixException {
    return read(posix, directory, format).applyTo(to);
  }
}
