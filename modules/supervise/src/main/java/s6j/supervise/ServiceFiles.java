package s6j.supervise;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;

/**
 * The small files of a service directory, each read anew whenever it matters, so that edits take
 * effect at once. What is malformed is warned of and means the default.
 */
final class ServiceFiles {
  private static final int LIMIT = 32;
  private static final int CALLS_FOR_FILE = 3;
  private static final int MAX_DESCRIPTOR = 1 << 20;

  private final Posix posix;
  private final Bytes directory;
  private final Warnings warnings;

  /** What was read before it was asked for, null for what is not there; null when nothing was. */
  private Map<String, Bytes> ahead;

  /** Where warnings go. */
  interface Warnings {
    /** One line, without its end. */
    void warn(String message);
  }

  ServiceFiles(Posix posix, Bytes directory, Warnings warnings) {
    this.posix = posix;
    this.directory = directory;
    this.warnings = warnings;
  }

  /**
   * What is read when run is started.
   *
   * @param notificationFd the descriptor on which run tells of its readiness, or -1
   * @param lockFd the descriptor on which run has the lock of its service, or -1
   * @param session the session that run is started in
   * @param newPids whether run is PID 1 of a namespace of its own
   */
  record ForRun(int notificationFd, int lockFd, SpawnPlan.Session session, boolean newPids) {}

  /** What matters for run, in one exchange. */
  ForRun forRun() throws PosixException {
    List<Bytes> contents = read("notification-fd", "lock-fd", "nosetsid", "flag-newpidns");
    return new ForRun(
        descriptor("notification-fd", contents.get(0)),
        descriptor("lock-fd", contents.get(1)),
        session(contents.get(2)),
        contents.get(3) != null);
  }

  /** The session that finish is started in. */
  SpawnPlan.Session sessionOfFinish() throws PosixException {
    return session(read("nosetsid").getFirst());
  }

  /** As with the originals that had this file: it is not there, names setpgrp, or says nothing. */
  private static SpawnPlan.Session session(Bytes nosetsid) {
    if (nosetsid == null) {
      return SpawnPlan.Session.NEW;
    }
    return firstLine(nosetsid).is("setpgrp") ? SpawnPlan.Session.NEW_GROUP : SpawnPlan.Session.SAME;
  }

  private int descriptor(String file, Bytes content) {
    long fd = unsigned(file, content, -1);
    if (fd > MAX_DESCRIPTOR) {
      warnings.warn(
          "invalid " + file + ": \"" + fd + "\"; expected a descriptor below " + MAX_DESCRIPTOR);
      return -1;
    }
    return (int) fd;
  }

  /** How long after {@code -d} the service is killed; 0 for never. */
  long timeoutKill() throws PosixException {
    return unsigned("timeout-kill", read("timeout-kill").getFirst(), 0);
  }

  /** How long finish may take; 0 for as long as it likes. */
  long timeoutFinish() throws PosixException {
    return unsigned("timeout-finish", read("timeout-finish").getFirst(), 5000);
  }

  boolean killsGroup() throws PosixException {
    return read("flag-timeout-killpg").getFirst() != null;
  }

  /** How many deaths are remembered, 0 to 4096. */
  int maxDeathTally() throws PosixException {
    return (int)
        Math.min(4096, unsigned("max-death-tally", read("max-death-tally").getFirst(), 100));
  }

  int downSignal() throws PosixException {
    return signal("down-signal", Signal.TERM);
  }

  int reloadSignal() throws PosixException {
    return signal("reload-signal", Signal.HUP);
  }

  private int signal(String file, Signal otherwise) throws PosixException {
    Bytes content = read(file).getFirst();
    if (content == null) {
      return otherwise.number();
    }
    int number = Signal.parse(firstLine(content).latin1());
    if (number < 0) {
      warnings.warn(
          file
              + " names no signal: \""
              + firstLine(content)
              + "\"; expected a name such as TERM; using "
              + otherwise);
      return otherwise.number();
    }
    return number;
  }

  private long unsigned(String file, Bytes content, long otherwise) {
    if (content == null) {
      return otherwise;
    }
    Bytes line = firstLine(content);
    long value = 0;
    for (int i = 0; i < line.length(); i++) {
      int digit = line.at(i) - '0';
      value = digit < 0 || digit > 9 || i >= 10 ? -1 : value * 10 + digit;
      if (value < 0) {
        break;
      }
    }
    if (line.isEmpty() || value < 0 || value > 0xffffffffL) {
      warnings.warn("invalid " + file + ": \"" + line + "\"; expected a number");
      return otherwise;
    }
    return value;
  }

  private static Bytes firstLine(Bytes content) {
    int end = content.indexOf('\n');
    return end < 0 ? content : content.slice(0, end);
  }

  /** Whether there is something of this name, or that cannot be known. */
  boolean has(String name) {
    try {
      return new Files(posix).lstat(directory.slash(name)) != null;
    } catch (PosixException e) {
      return true;
    }
  }

  /** How many calls {@link #appendAhead} appends for so many files. */
  static int callsFor(int files) {
    return CALLS_FOR_FILE * files;
  }

  /**
   * Appends the calls that read files before they are asked for; returns the index for {@link
   * #keep}.
   */
  int appendAhead(CallList calls, String... names) {
    int first = calls.size();
    for (String name : names) {
      int flags = OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
      int fd =
          calls.attempt(
              Syscall.OPENAT,
              number(CallList.AT_FDCWD),
              string(directory.slash(name)),
              number(flags));
      calls.attempt(Syscall.READ, resultOf(fd), outUpToResult(LIMIT), number(LIMIT));
      calls.attempt(Syscall.CLOSE, resultOf(fd));
    }
    return first;
  }

  /** Keeps what was read ahead until {@link #forget}. */
  void keep(Results results, int first, String... names) {
    if (ahead == null) {
      ahead = new HashMap<>();
    }
    for (int i = 0; i < names.length; i++) {
      ahead.put(names[i], content(results, first + CALLS_FOR_FILE * i));
    }
  }

  /** Reads files that will be asked for before {@link #forget}, in one exchange. */
  void readAhead(String... names) {
    if (ahead != null && ahead.containsKey(names[0])) {
      return;
    }
    CallList calls = new CallList();
    int first = appendAhead(calls, names);
    keep(posix.attempt(calls), first, names);
  }

  /** From now on files are read anew. */
  void forget() {
    ahead = null;
  }

  private static Bytes content(Results results, int open) {
    boolean there = !results.failed(open) && !results.failed(open + 1);
    return there ? Bytes.of(results.buffer(open + 1)) : null;
  }

  /** The beginning of each file; null for one that is not there or cannot be read. */
  private List<Bytes> read(String... names) throws PosixException {
    List<Bytes> contents = new ArrayList<>(names.length);
    if (names.length == 1 && ahead != null && ahead.containsKey(names[0])) {
      contents.add(ahead.get(names[0]));
      return contents;
    }
    CallList calls = new CallList();
    int first = appendAhead(calls, names);
    Results results = posix.call(calls);
    for (int i = 0; i < names.length; i++) {
      contents.add(content(results, first + CALLS_FOR_FILE * i));
    }
    return contents;
  }
}
