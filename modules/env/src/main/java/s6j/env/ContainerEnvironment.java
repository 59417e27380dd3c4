package s6j.env;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

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
 * The environment that the container was started with, as init has written it to files, and as
 * scripts have added to it since. The one place that knows where it is.
 */
public final class ContainerEnvironment {
  /** The name of the directory within the state directory. */
  public static final String NAME = "container_environment";

  /** Where it is, unless /run cannot be written to. */
  public static final Bytes DIRECTORY = Bytes.of("/run/s6/" + NAME);

  /** Where it is when there is no /run/s6. */
  public static final Bytes FALLBACK = Bytes.of("/dev/shm/s6/" + NAME);

  private static final int CHUNK = 64 << 10;
  private static final int GUESSED_MAX = 256;

  /**
   * The variables that were there the last time: their files are read together with the list of
   * those that are there now, which says whether that was enough.
   */
  private static volatile List<Bytes> guess = List.of();

  /** What was read last, if that was little. */
  private static volatile RememberedEnvironment last;

  /** What was remembered and was not so any more. */
  private static volatile RememberedEnvironment wrong;

  /** Here it is never found as it was: two lists of one directory differ, for example. */
  private static volatile boolean forgetful;

  private ContainerEnvironment() {}

  /**
   * The container environment as it was when it was last read in this way, which the process has to
   * check; null when that is not known.
   */
  public static RememberedEnvironment remembered(EnvdirFormat format) {
    RememberedEnvironment one = last;
    return one != null && one.isOf(format) ? one : null;
  }

  /** The environment was not as it is remembered; the caller reads it anew. */
  public static void isNot(RememberedEnvironment one) {
    last = null;
    wrong = one;
  }

  /**
   * The container environment, byte for byte; what is no readable file in its directory is passed
   * over. Two exchanges, or one when it has the variables that it had before.
   *
   * @throws PosixException when there is no such directory, or it cannot be read
   */
  public static Environment read(Posix posix) throws PosixException {
    return read(posix, EnvdirFormat.Verbatim.TOLERANT);
  }

  /**
   * The container environment, its files read in this way. Two exchanges, or one when it has the
   * variables that it had before.
   *
   * @throws PosixException when there is no such directory, or it cannot be read
   */
  public static Environment read(Posix posix, EnvdirFormat format) throws PosixException {
    CallList calls = new CallList();
    int main = appendList(calls, posix, DIRECTORY);
    int other = appendList(calls, posix, FALLBACK);
    List<Bytes> guessed = guess;
    int files = Envdir.appendFiles(calls, DIRECTORY, guessed);
    Results results = posix.call(calls);
    boolean elsewhere =
        results.failed(main) && results.errno(main).equals(Errno.ENOENT) && !results.failed(other);
    int at = elsewhere ? other : main;
    Bytes directory = elsewhere ? FALLBACK : DIRECTORY;
    if (results.failed(at)) {
      throw new PosixException(results.errno(at), at);
    }
    List<Bytes> names = names(posix, directory, results, at);
    if (at == main && names.equals(guessed)) {
      EnvdirChanges changes = new EnvdirChanges();
      Envdir.apply(posix, directory, names, results, files, format, changes);
      Environment environment = changes.applyTo(Environment.EMPTY);
      remember(posix, format, environment, names, results, files);
      return environment;
    }
    guess = at == main && names.size() <= GUESSED_MAX ? List.copyOf(names) : List.of();
    return Envdir.read(posix, directory, names, format).applyTo(Environment.EMPTY);
  }

  /** Only when every file could be read, and was read whole. */
  private static void remember(
      Posix posix,
      EnvdirFormat format,
      Environment environment,
      List<Bytes> names,
      Results results,
      int files) {
    if (forgetful) {
      return;
    }
    List<byte[]> contents = Envdir.contents(names.size(), results, files);
    RememberedEnvironment before = wrong;
    if (before != null && before.isOf(format) && before.environment().equals(environment)) {
      forgetful = true;
    } else if (contents != null) {
      byte[] listing = results.buffer(1);
      last = RememberedEnvironment.of(posix, format, environment, listing, CHUNK, names, contents);
    }
    wrong = null;
  }

  private static int appendList(CallList calls, Posix posix, Bytes directory) {
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int open =
        calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(directory), number(flags));
    calls.attempt(Syscall.GETDENTS64, resultOf(open), outUpToResult(CHUNK), number(CHUNK));
    calls.attempt(Syscall.CLOSE, resultOf(open));
    return open;
  }

  private static List<Bytes> names(Posix posix, Bytes directory, Results results, int open)
      throws PosixException {
    if (results.failed(open + 1)) {
      throw new PosixException(results.errno(open + 1), open + 1);
    }
    byte[] entries = results.buffer(open + 1);
    if (entries.length >= CHUNK / 2) {
      return Envdir.variables(new Files(posix).list(directory));
    }
    List<Bytes> names = new ArrayList<>();
    Files.addNames(entries, names);
    names.sort(null);
    return Envdir.variables(names);
  }

  /**
   * The content of one variable's file as it stands; null when there is no such regular file. One
   * exchange for values shorter than 64 KiB.
   */
  public static Bytes value(Posix posix, Bytes name) throws PosixException {
    if (name.isEmpty() || name.contains('/') || name.is(".") || name.is("..")) {
      return null;
    }
    CallList calls = new CallList();
    int main = appendRead(calls, DIRECTORY.slash(name));
    int other = appendRead(calls, FALLBACK.slash(name));
    Results results = posix.call(calls);
    int at = results.failed(main) ? other : main;
    if (results.failed(at) || results.failed(at + 1)) {
      return null;
    }
    byte[] content = results.buffer(at + 1);
    return content.length < CHUNK
        ? Bytes.of(content)
        : new Files(posix).readWholeAtOnce((at == main ? DIRECTORY : FALLBACK).slash(name));
  }

  /** Appends the calls that read a file; returns the index of the first. */
  private static int appendRead(CallList calls, Bytes path) {
    int flags = OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int open =
        calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    calls.attempt(Syscall.READ, resultOf(open), outUpToResult(CHUNK), number(CHUNK));
    calls.attempt(Syscall.CLOSE, resultOf(open));
    return open;
  }
}
