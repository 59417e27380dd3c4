package s6j.logging.output;

import s6j.chain.CommandException;
import s6j.logging.script.Action;
import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;

/**
 * Lines go to a log directory. A file ends after the first line with which it is large enough, to
 * the byte, however many lines come at once.
 */
public final class DirectoryOutput implements Output {
  private static final long UNSET = Long.MIN_VALUE;

  private final Posix posix;
  private final LogFiles files;
  private final Action.ToDirectory action;
  private final int umask;
  private final Warnings warnings;
  private final CurrentFile current;
  private final Archiver archiver;
  private long retryAt;
  private long rotateAt = UNSET;
  private boolean finishing;
  private boolean childEnded;
  private boolean done;

  private DirectoryOutput(
      Posix posix,
      LogFiles files,
      Action.ToDirectory action,
      LogDirectory.Current opened,
      int umask,
      Environment environment,
      Warnings warnings) {
    this.posix = posix;
    this.files = files;
    this.action = action;
    this.umask = umask;
    this.warnings = warnings;
    current = new CurrentFile(posix, files, opened, action.fileSize(), action.tolerance());
    archiver = new Archiver(posix, files, action, umask, environment, warnings);
    if (opened.recovered()) {
      archiver.beginTrim();
    }
  }

  /**
   * Opens a log directory.
   *
   * @param umask that of the process
   * @param environment what processors get
   */
  public static DirectoryOutput open(
      Posix posix, Action.ToDirectory action, int umask, Environment environment, Warnings warnings)
      throws CommandException {
    LogFiles files = new LogFiles(action.path());
    LogDirectory.Current opened = LogDirectory.open(posix, files, umask);
    return new DirectoryOutput(posix, files, action, opened, umask, environment, warnings);
  }

  @Override
  public boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    ByteQueue pending = current.pending();
    int before = pending.size();
    LineWriter.line(pending, layout, stamps, from, start, end);
    current.lineAdded(pending.size() - before);
    return !current.endsSoon();
  }

  @Override
  public void work(long now) {
    if (childEnded) {
      childEnded = false;
      archiver.childEnded(now);
    }
    archiver.work(now);
    if (current.removed() && now >= retryAt && !archiver.awaitsProcessor()) {
      openAgain(now);
    }
    rotateInTime(now);
    if (archiver.idle()) {
      current.endIfPostponed();
    }
    // A file that ends with the last line is written by the next list, together with what else
    // there is to do.
    while (now >= retryAt
        && !current.removed()
        && current.endsSoon()
        && (current.atEnd() || !current.endsAtLastLine())) {
      endFile(now);
    }
  }

  /** Somebody has removed the directory: it is made again, like at the start. */
  private void openAgain(long now) {
    try {
      current.replace(LogDirectory.open(posix, files, umask));
      archiver.directoryReplaced();
    } catch (CommandException e) {
      warnings.warn(e.getMessage());
      retryAt = now + Math.max(1, action.retryMillis());
    }
  }

  private void rotateInTime(long now) {
    if (action.rotateSeconds() > 0 && now >= rotateAt) {
      if (rotateAt != UNSET) {
        rotate();
      }
      rotateAt = now + action.rotateSeconds() * 1000;
    }
  }

  private void endFile(long now) {
    String doing = "write to " + files.current;
    try {
      current.writeToEnd();
      if (!archiver.idle()) {
        current.postponeEnd();
        return;
      }
      doing = "rotate " + files.current;
      current.startNew();
      archiver.begin();
      archiver.work(now);
    } catch (PosixException e) {
      failed(doing, e, now);
    }
  }

  private void failed(String doing, PosixException e, long now) {
    warnings.warn("unable to " + doing + ": " + e.getMessage());
    retryAt = now + Math.max(1, action.retryMillis());
  }

  @Override
  public void appendWrites(CallList calls, long now) {
    if (now >= retryAt && !current.removed() && current.endsAtLastLine()) {
      current.appendWrite(calls, now);
    }
  }

  @Override
  public void settle(Results results, long now) {
    try {
      current.settle(results);
    } catch (PosixException e) {
      failed("write to " + files.current, e, now);
    }
  }

  @Override
  public boolean ending() {
    return current.endsSoon();
  }

  @Override
  public int backlog() {
    return current.pending().size();
  }

  @Override
  public long wakeAt() {
    boolean busy = backlog() > 0 || current.endsSoon() || finishing && !done;
    long next = action.rotateSeconds() > 0 ? rotateAt : NEVER;
    return Math.min(Math.min(busy ? retryAt : NEVER, next), archiver.wakeAt());
  }

  @Override
  public long checkAfter() {
    return current.endsSoon() ? 0 : Output.super.checkAfter();
  }

  @Override
  public void rotate() {
    current.endFile();
  }

  @Override
  public void childEnded() {
    childEnded = true;
  }

  @Override
  public boolean finish(long now) {
    finishing = true;
    if (done) {
      return true;
    }
    if (backlog() > 0 || current.endsSoon() || !archiver.idle() || now < retryAt) {
      return false;
    }
    try {
      current.complete(0666 & ~umask | LogFiles.COMPLETE);
      done = true;
    } catch (PosixException e) {
      failed("close " + files.current, e, now);
    }
    return done;
  }
}
