package s6j.logging.output;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import s6j.logging.script.Action;
import s6j.logging.script.Processor;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * Makes {@code previous} an archived file, through a processor if there is one, and removes those
 * that are too many. Every step leaves on disk what {@link LogDirectory} can go on from; a step
 * that fails is tried again later.
 */
final class Archiver {
  private static final int WNOHANG = 1;

  /** What is to be done next. */
  private enum Step {
    NOTHING,
    MARK,
    SPAWN,
    WAIT,
    KEEP_PROCESSED,
    LINK,
    REMOVE,
    TRIM
  }

  private final Posix posix;
  private final LogFiles files;
  private final Action.ToDirectory action;
  private final Trim trim;
  private final int umask;
  private final Environment environment;
  private final Warnings warnings;
  private Step step = Step.NOTHING;
  private int pid;
  private long retryAt;

  Archiver(
      Posix posix,
      LogFiles files,
      Action.ToDirectory action,
      int umask,
      Environment environment,
      Warnings warnings) {
    this.posix = posix;
    this.files = files;
    this.action = action;
    this.trim = new Trim(action.archives(), action.totalSize());
    this.umask = umask;
    this.environment = environment;
    this.warnings = warnings;
  }

  /** Whether there is no {@code previous}. */
  boolean idle() {
    return step == Step.NOTHING;
  }

  /** There is a {@code previous} now. */
  void begin() {
    step = Step.MARK;
  }

  /** There may be too many archived files, though nothing is to be archived. */
  void beginTrim() {
    step = Step.TRIM;
  }

  /** Whether a processor is running. */
  boolean awaitsProcessor() {
    return step == Step.WAIT;
  }

  /** The directory has been made again: there is no {@code previous} in it. */
  void directoryReplaced() {
    if (step == Step.SPAWN) {
      step = Step.TRIM;
    }
    retryAt = 0;
  }

  long wakeAt() {
    return step == Step.NOTHING || step == Step.WAIT ? Output.NEVER : retryAt;
  }

  /** Does as many steps as can be done. */
  void work(long now) {
    while (step != Step.NOTHING && step != Step.WAIT && now >= retryAt) {
      try {
        advance(now);
      } catch (PosixException e) {
        warnings.warn("unable to " + doing() + ": " + e.getMessage());
        failed(e, now);
      }
    }
  }

  private void failed(PosixException e, long now) {
    if (step == Step.TRIM) {
      // The next archived file gives occasion enough.
      step = Step.NOTHING;
    } else if (e.is(Errno.ENOENT) && (step == Step.MARK || step == Step.LINK)) {
      // Somebody has taken the file away: there is nothing to archive.
      step = Step.TRIM;
    } else if (e.is(Errno.ENOENT) && directoryIsGone()) {
      // With all that was to be done in it; at its end a logger would wait for it for ever.
      step = Step.NOTHING;
    } else {
      retryAt = now + Math.max(1, action.retryMillis());
    }
  }

  private boolean directoryIsGone() {
    CallList calls = new CallList();
    int found = calls.attemptStat(files.directory);
    Results results = posix.attempt(calls);
    return results.failed(found) && results.errno(found).equals(Errno.ENOENT);
  }

  private String doing() {
    return switch (step) {
      case MARK -> "chmod " + files.previous;
      case SPAWN -> "fork processor for logdir " + files.directory;
      case KEEP_PROCESSED -> "finish processed .s for logdir " + files.directory;
      case TRIM -> "trim logdir " + files.directory;
      default -> "finish previous .s for logdir " + files.directory;
    };
  }

  private void advance(long now) throws PosixException {
    switch (step) {
      case MARK, LINK, REMOVE -> archive();
      case SPAWN -> spawn();
      case KEEP_PROCESSED -> keepProcessed();
      case TRIM -> {
        trim(new Files(posix).list(files.directory));
        step = Step.NOTHING;
      }
      case NOTHING, WAIT -> throw new AssertionError("nothing to be done");
    }
  }

  private int completeMode() {
    return 0666 & ~umask | LogFiles.COMPLETE;
  }

  private Bytes source() {
    return action.processor() == null ? files.previous : files.processed;
  }

  /**
   * Marks {@code previous}; without a processor also gives it its archived name and looks at what
   * is there now. One exchange; a failure says by its index where to go on.
   */
  private void archive() throws PosixException {
    CallList calls = new CallList();
    List<Step> stepOfCall = new ArrayList<>();
    if (step == Step.MARK) {
      calls.add(
          Syscall.FCHMODAT,
          number(CallList.AT_FDCWD),
          string(files.previous),
          number(completeMode()));
      stepOfCall.add(Step.MARK);
      if (action.processor() != null) {
        posix.call(calls);
        step = Step.SPAWN;
        return;
      }
    }
    if (step != Step.REMOVE) {
      Instant now = Instant.now();
      LogFiles.addLink(calls, source(), files.archive(now.getEpochSecond(), now.getNano(), 's'));
      stepOfCall.add(Step.LINK);
    }
    LogFiles.addUnlink(calls, source());
    stepOfCall.add(Step.REMOVE);
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int directory = LogFiles.addOpen(calls, files.directory, flags);
    stepOfCall.add(Step.TRIM);
    int size = 32 << 10;
    int read =
        calls.attempt(
            Syscall.GETDENTS64, resultOf(directory), CallList.outUpToResult(size), number(size));
    calls.attempt(Syscall.CLOSE, resultOf(directory));
    Results results;
    try {
      results = posix.call(calls);
    } catch (PosixException e) {
      step = stepOfCall.get(e.index());
      if (step == Step.REMOVE && e.is(Errno.ENOENT)) {
        step = Step.TRIM;
        return;
      }
      throw e;
    }
    step = Step.TRIM;
    if (!results.failed(read) && results.buffer(read).length < size / 2) {
      List<Bytes> names = new ArrayList<>();
      Files.addNames(results.buffer(read), names);
      trim(names);
      step = Step.NOTHING;
    }
  }

  private void trim(List<Bytes> names) throws PosixException {
    List<Bytes> archives = LogFiles.archives(names);
    List<Long> sizes = new ArrayList<>();
    if (trim.bySize() && !archives.isEmpty()) {
      CallList looking = new CallList();
      for (Bytes name : archives) {
        looking.attemptStat(files.directory.slash(name));
      }
      Results looked = posix.call(looking);
      for (int i = 0; i < archives.size(); i++) {
        sizes.add(looked.failed(i) ? 0 : Stat.of(looked.buffer(i)).size());
      }
    } else {
      archives.forEach(name -> sizes.add(0L));
    }
    int excess = trim.excess(sizes);
    CallList removing = new CallList();
    for (int i = 0; i < excess; i++) {
      LogFiles.attemptUnlink(removing, files.directory.slash(archives.get(i)));
    }
    if (!removing.isEmpty()) {
      Results removed = posix.call(removing);
      for (int i = 0; i < excess; i++) {
        if (removed.failed(i) && !removed.errno(i).equals(Errno.ENOENT)) {
          warnings.warn(
              "unable to unlink "
                  + files.directory.slash(archives.get(i))
                  + ": "
                  + removed.errno(i).text());
        }
      }
    }
  }

  /** The processor runs in the log directory, with the file on its stdin. */
  private void spawn() throws PosixException {
    Processor processor = action.processor();
    Bytes name = processor.words().getFirst();
    Bytes program = ProgramSearch.find(posix, name, environment.get("PATH")).path();
    int write = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.TRUNC;
    pid =
        posix.spawn(
            SpawnPlan.of(program, processor.words(), environment)
                .inDirectory(files.directory)
                .withDescriptors(
                    List.of(
                        new SpawnPlan.Open(0, files.previous, OpenFlags.RDONLY, 0),
                        new SpawnPlan.Open(1, files.processed, write, 0666),
                        new SpawnPlan.Open(
                            4, files.state, OpenFlags.RDONLY | OpenFlags.CREAT, 0666),
                        new SpawnPlan.Open(5, files.newState, write, 0666))));
    step = Step.WAIT;
  }

  /** Some child has ended, perhaps the processor. */
  void childEnded(long now) {
    if (step != Step.WAIT) {
      return;
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.WAIT4, number(pid), CallList.out(4), number(WNOHANG), CallList.nothing());
    Results results = posix.attempt(calls);
    if (results.value(0) == pid) {
      byte[] status = results.buffer(0);
      ended(new WaitStatus(ByteBuffer.wrap(status).order(ByteOrder.nativeOrder()).getInt()), now);
    }
  }

  private void ended(WaitStatus status, long now) {
    if (!status.signalled() && status.exitCode() == 0) {
      step = Step.KEEP_PROCESSED;
      retryAt = 0;
      return;
    }
    warnings.warn(
        (status.signalled() ? "processor crashed in " : "processor failed in ") + files.directory);
    step = Step.SPAWN;
    retryAt = now + Math.max(1, action.retryMillis());
  }

  /** What the processor has made is on disk before what it was made of goes. */
  private void keepProcessed() throws PosixException {
    CallList syncing = new CallList();
    int processed = LogFiles.addOpen(syncing, files.processed, LogFiles.WRITE_FLAGS);
    int synced = syncing.attempt(Syscall.FSYNC, resultOf(processed));
    int newState = LogFiles.addOpen(syncing, files.newState, LogFiles.WRITE_FLAGS);
    int synced2 = syncing.attempt(Syscall.FSYNC, resultOf(newState));
    int marked = syncing.attempt(Syscall.FCHMOD, resultOf(processed), number(completeMode()));
    syncing.attempt(Syscall.CLOSE, resultOf(processed));
    syncing.attempt(Syscall.CLOSE, resultOf(newState));
    Results results = posix.call(syncing);
    for (int call : new int[] {synced, synced2, marked}) {
      if (results.failed(call) && !results.errno(call).equals(Errno.EINVAL)) {
        throw new PosixException(results.errno(call), call);
      }
    }
    CallList keeping = new CallList();
    LogFiles.attemptUnlink(keeping, files.previous);
    LogFiles.addRename(keeping, files.newState, files.state);
    posix.call(keeping);
    step = Step.LINK;
    archiveProcessed();
  }

  /** An empty file is not worth a name. */
  private void archiveProcessed() throws PosixException {
    Stat stat = new Files(posix).stat(files.processed);
    if (stat == null || stat.size() == 0) {
      step = Step.REMOVE;
    }
  }
}
