package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.time.Instant;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code supervise/death_tally}: 14 bytes for each death, when it was, the exit code or 128 +
 * signal, the signal.
 */
final class DeathTally {
  private static final int DEATH = 14;
  private static final int MAX = DEATH * 4096;

  private final Bytes path;

  DeathTally(Bytes path) {
    this.path = path;
  }

  /** Appends the calls that read it; returns the index for {@link #with}. */
  int appendRead(CallList calls) {
    int file =
        calls.attempt(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path),
            number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    calls.attempt(Syscall.READ, resultOf(file), outUpToResult(MAX), number(MAX));
    calls.attempt(Syscall.CLOSE, resultOf(file));
    return file;
  }

  /**
   * What was read, with one more death; the oldest go when there are too many.
   *
   * @param max how many are remembered, at least 1
   * @throws PosixException when it is there and could not be read
   */
  static Bytes with(Results results, int file, WaitStatus death, int max) throws PosixException {
    int read = file + 1;
    Bytes before = Bytes.EMPTY;
    if (!results.failed(read)) {
      before = Bytes.of(results.buffer(read));
    } else if (!results.failed(file) || !results.errno(file).equals(Errno.ENOENT)) {
      throw new PosixException(results.errno(results.failed(file) ? file : read), read);
    }
    ByteBuffer entry = ByteBuffer.allocate(DEATH);
    Tai.of(Instant.now()).pack(entry);
    entry.put((byte) death.shellCode()).put((byte) death.signal());
    int whole = before.length() / DEATH * DEATH;
    Bytes all = before.slice(0, whole).plus(Bytes.of(entry.array()));
    return all.from(Math.max(0, all.length() / DEATH - max) * DEATH);
  }

  /** Appends the calls that put this in its place. */
  void appendReplace(CallList calls, Bytes content) {
    Files.appendReplace(calls, path, content, 0644);
  }
}
