package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code supervise/kill-at}, a file of our own: when a run that was told to end will have had the
 * time of its {@code timeout-kill}, for the next JVM. It is there only while that time runs.
 *
 * <p>It says of which life of the service it is, by the moment at which that began as the status
 * file has it: what a JVM or a container has left behind here means nothing to the next life. The
 * time itself is that of {@link EventLoop#now}, which is the kernel's CLOCK_MONOTONIC: setting the
 * clock on the wall neither hurries nor delays it.
 */
final class KillLimit {
  /** There is none. */
  static final long NONE = -1;

  private static final int SIZE_MAX = 64;

  private final Bytes path;

  /** Whether there is such a file, perhaps of another life. */
  private boolean there;

  KillLimit(Bytes path) {
    this.path = path;
  }

  /**
   * Appends the calls that write it. When they fail nothing is lost unless this JVM dies as well.
   *
   * @param began when the life of the service began
   * @param atMs the limit, in the time of {@link EventLoop#now}
   */
  void appendWrite(CallList calls, Tai began, long atMs) {
    there = true;
    byte[] content = Bytes.of(began.label() + " " + atMs + "\n").toArray();
    int flags = Files.OVERWRITE | OpenFlags.NONBLOCK;
    int file =
        calls.attempt(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags), number(0644));
    calls.attempt(Syscall.WRITE, resultOf(file), CallList.bytes(content), number(content.length));
    calls.attempt(Syscall.CLOSE, resultOf(file));
  }

  /** Whether there is one. */
  boolean isThere() {
    return there;
  }

  /** Appends the call that removes it. */
  void appendRemove(CallList calls) {
    there = false;
    calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(path), number(0));
  }

  /** Appends the calls that read it; returns the index for {@link #in}. */
  int appendRead(CallList calls) {
    int flags = OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int file =
        calls.attempt(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
    calls.attempt(Syscall.READ, resultOf(file), outUpToResult(SIZE_MAX), number(SIZE_MAX));
    calls.attempt(Syscall.CLOSE, resultOf(file));
    return file;
  }

  /**
   * The limit that was read, in the time of {@link EventLoop#now}; {@link #NONE} when there was
   * none for the life that began then.
   */
  long in(Results results, int file, Tai began) {
    there = !results.failed(file);
    if (results.failed(file) || results.failed(file + 1)) {
      return NONE;
    }
    Bytes content = Bytes.of(results.buffer(file + 1));
    String life = began.label() + " ";
    if (!content.startsWith(life) || !content.endsWith((byte) '\n')) {
      return NONE;
    }
    try {
      return Long.parseLong(content.slice(life.length(), content.length() - 1).latin1());
    } catch (NumberFormatException e) {
      return NONE;
    }
  }
}
