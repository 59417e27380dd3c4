package s6j.logging.output;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.chain.CommandException;
import s6j.logging.script.Action;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * What the logger's process itself writes to, with its own rights. What is asked for twice is one:
 * stdout, and a directory, which has one lock.
 */
public final class OwnOutputs {
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  /** How often the same warning is shown. */
  private static final long WARN_MILLIS = 60_000;

  private final Posix posix;
  private final Environment environment;

  private final Warnings direct;
  private final Warnings warnings;
  private final List<Output> all = new ArrayList<>();
  private final Map<Bytes, Output> directories = new HashMap<>();
  private Output stdout;
  private int stdoutFlags = -1;
  private int umask = -1;

  /**
   * Of a process.
   *
   * @param environment what processors get
   * @param warnings told what goes wrong and will be tried again, each thing once a minute at most;
   *     of a status file each time, like the original
   */
  public OwnOutputs(Posix posix, Environment environment, Warnings warnings) {
    this.posix = posix;
    this.environment = environment;
    this.direct = warnings;
    RareWarnings rare = new RareWarnings(warnings, WARN_MILLIS);
    this.warnings =
        message -> {
          rare.accept(message);
          rare.show();
        };
  }

  /** All that have been asked for. */
  public List<Output> all() {
    return all;
  }

  /** The output of an action that is none of a plugin's. */
  public Output of(Action action) throws CommandException {
    return switch (action) {
      case Action.ToStdout to -> stdout();
      case Action.ToStderr to -> added(StreamOutput.alerts(to.size()));
      case Action.ToStatusFile to -> added(new StatusOutput(posix, to, direct));
      case Action.ToDirectory to -> directory(to);
      case Action.ToBackend to -> throw new AssertionError("of a plugin: " + to.title());
    };
  }

  /** Stdout, which from now on does not block: a reader that has stopped must not stop us. */
  public Output stdout() {
    if (stdout == null) {
      CallList calls = new CallList();
      calls.attempt(Syscall.FCNTL, number(1), number(F_GETFL), number(0));
      Results results = posix.attempt(calls);
      if (!results.failed(0)) {
        stdoutFlags = (int) results.value(0);
        setStdoutFlags(stdoutFlags | OpenFlags.NONBLOCK);
      }
      stdout = added(StreamOutput.stdout(warnings));
    }
    return stdout;
  }

  /** Leaves stdout as it was found. */
  public void restoreStdout() {
    if (stdoutFlags >= 0) {
      setStdoutFlags(stdoutFlags);
    }
  }

  private void setStdoutFlags(int flags) {
    CallList calls = new CallList();
    calls.attempt(Syscall.FCNTL, number(1), number(F_SETFL), number(flags));
    posix.attempt(calls);
  }

  /** A log directory. */
  public Output directory(Action.ToDirectory action) throws CommandException {
    Output known = directories.get(action.path());
    if (known != null) {
      return known;
    }
    Output output = DirectoryOutput.open(posix, action, umask(), environment, warnings);
    directories.put(action.path(), output);
    return added(output);
  }

  private int umask() throws CommandException {
    if (umask < 0) {
      CallList calls = new CallList();
      int got = calls.add(Syscall.UMASK, number(0));
      calls.add(Syscall.UMASK, resultOf(got));
      try {
        umask = (int) posix.call(calls).value(got);
      } catch (PosixException e) {
        throw CommandException.unable("look at umask", e);
      }
    }
    return umask;
  }

  private Output added(Output output) {
    all.add(output);
    return output;
  }
}
