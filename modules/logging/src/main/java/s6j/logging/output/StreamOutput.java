package s6j.logging.output;

import static s6j.posix.CallList.number;

import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Lines go to a descriptor of the process: its stdout, or its stderr as alerts. After an error
 * nothing is written to it ever again.
 */
public final class StreamOutput implements Output {
  private static final byte[] ALERT =
      "s6-log: alert: ".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final byte[] DOTS = {'.', '.', '.'};
  private static final int PIECE = 64 << 10;

  private final int fd;
  private final long alertSize;
  private final Warnings warnings;
  private final ByteQueue pending = new ByteQueue();
  private int call = -1;
  private boolean full;
  private boolean closed;

  private StreamOutput(int fd, long alertSize, Warnings warnings) {
    this.fd = fd;
    this.alertSize = alertSize;
    this.warnings = warnings;
  }

  /** Lines to stdout, which must not block. */
  public static StreamOutput stdout(Warnings warnings) {
    return new StreamOutput(1, -1, warnings);
  }

  /**
   * Alerts to stderr.
   *
   * @param size how many bytes of a line are shown; 0 for all
   */
  public static StreamOutput alerts(long size) {
    return new StreamOutput(2, size, message -> {});
  }

  @Override
  public boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    if (closed) {
      return true;
    }
    if (alertSize < 0) {
      LineWriter.line(pending, layout, stamps, from, start, end);
      return true;
    }
    pending.add(ALERT);
    LineWriter.head(pending, layout, stamps);
    // Three bytes are not worth three dots.
    boolean cut = alertSize > 0 && end - start > alertSize + DOTS.length;
    pending.add(from, start, cut ? start + (int) alertSize : end);
    if (cut) {
      pending.add(DOTS);
    }
    pending.add('\n');
    return true;
  }

  @Override
  public void appendWrites(CallList calls, long now) {
    call = -1;
    if (!pending.isEmpty()) {
      int length = Math.min(PIECE, pending.size());
      call = calls.attempt(Syscall.WRITE, number(fd), pending.view(length), number(length));
    } else {
      pending.shrink();
    }
  }

  @Override
  public void settle(Results results, long now) {
    if (call < 0) {
      return;
    }
    full = results.failed(call) && results.errno(call).equals(Errno.EAGAIN);
    if (!results.failed(call)) {
      pending.remove((int) results.value(call));
    } else if (!full && !results.errno(call).equals(Errno.EINTR)) {
      closed = true;
      pending.clear();
      warnings.warn(
          "unable to write to stdout, closing the stream - error was: "
              + results.errno(call).text());
    }
    call = -1;
  }

  @Override
  public int backlog() {
    return pending.size();
  }

  @Override
  public long wakeAt() {
    return pending.isEmpty() || full ? NEVER : 0;
  }

  @Override
  public long checkAfter() {
    // A pipe takes part of it and is full, as often as not.
    return 0;
  }

  @Override
  public int awaitsWritable() {
    return full && !pending.isEmpty() ? fd : -1;
  }

  @Override
  public boolean finish(long now) {
    return pending.isEmpty();
  }
}
