package s6j.logging.output;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.Arrays;
import s6j.logging.script.Action;
import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * A file that holds the last line, replaced as a whole. Of the lines of one batch only the last is
 * written, since it would replace the others.
 */
public final class StatusOutput implements Output {
  /** No status file is padded beyond this. */
  private static final int SIZE_MAX = 8 << 20;

  private static final int FLAGS = Files.OVERWRITE | OpenFlags.NONBLOCK;

  private final Posix posix;
  private final Bytes path;
  private final Bytes fresh;
  private final long size;
  private final Warnings warnings;
  private final ByteQueue last = new ByteQueue();
  private boolean changed;

  public StatusOutput(Posix posix, Action.ToStatusFile action, Warnings warnings) {
    this.posix = posix;
    this.path = action.path();
    this.fresh = path.plus(".new");
    this.size = action.size();
    this.warnings = warnings;
  }

  @Override
  public boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    changed = true;
    last.clear();
    LineWriter.head(last, layout, stamps);
    last.add(from, start, end);
    if (size == 0) {
      last.add('\n');
    }
    return true;
  }

  @Override
  public void work(long now) {
    if (!changed) {
      return;
    }
    changed = false;
    try {
      replace(content());
    } catch (PosixException e) {
      warnings.warn("unable to write status file " + path + ": " + e.getMessage());
      CallList calls = new CallList();
      LogFiles.attemptUnlink(calls, fresh);
      posix.attempt(calls);
    }
  }

  private byte[] content() {
    byte[] line = last.first(last.size());
    if (size == 0) {
      return line;
    }
    byte[] padded = Arrays.copyOf(line, (int) Math.min(size, SIZE_MAX));
    for (int i = line.length; i < padded.length; i++) {
      padded[i] = '\n';
    }
    return padded;
  }

  private void replace(byte[] content) throws PosixException {
    CallList calls = new CallList();
    int fd =
        calls.add(
            Syscall.OPENAT, number(CallList.AT_FDCWD), string(fresh), number(FLAGS), number(0666));
    int write = calls.attempt(Syscall.WRITE, resultOf(fd), bytes(content), number(content.length));
    calls.attempt(Syscall.CLOSE, resultOf(fd));
    Results results = posix.call(calls);
    if (results.failed(write)) {
      throw new PosixException(results.errno(write), write);
    }
    if (results.value(write) < content.length) {
      throw new PosixException(Errno.ENOSPC, write);
    }
    CallList rename = new CallList();
    rename.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(fresh),
        number(CallList.AT_FDCWD),
        string(path),
        number(0));
    posix.call(rename);
  }

  @Override
  public int backlog() {
    return 0;
  }

  @Override
  public boolean finish(long now) {
    return true;
  }
}
