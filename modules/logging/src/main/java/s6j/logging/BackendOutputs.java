package s6j.logging;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.logging.backend.OwnBackend;
import s6j.logging.output.BackendOutput;
import s6j.logging.output.LineSink;
import s6j.logging.output.Output;
import s6j.logging.output.Progress;
import s6j.logging.output.Warnings;
import s6j.logging.script.Action;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/** The destinations of plugins that a logger has, and what it waits for because of them. */
final class BackendOutputs {
  /** How long the logger is deaf to signals while it waits for a destination. */
  private static final long DEAF_MILLIS = 50;

  private static final long OPEN_LOOK_MILLIS = 1000;
  private static final int PATH_MAX = 4096;

  private final Posix posix;
  private final boolean blocking;
  private final Warnings warnings;
  private final Progress progress = new Progress();
  private final List<BackendOutput> all = new ArrayList<>();
  private String service;
  private boolean finished;

  /**
   * None yet.
   *
   * @param blocking whether nothing is read while something is not written: {@code -b}
   */
  BackendOutputs(Posix posix, boolean blocking, Warnings warnings) {
    this.posix = posix;
    this.blocking = blocking;
    this.warnings = warnings;
  }

  List<? extends Output> all() {
    return all;
  }

  /** Opens what an action names; one of our own writes to outputs of the process. */
  LineSink open(Action.ToBackend action) throws CommandException {
    try {
      if (action.backend() instanceof OwnBackend own) {
        return own.open(
            new LogConfiguration(
                service(),
                action.options(),
                message -> warnings.warn(action.title() + ": " + message)));
      }
      BackendOutput output = BackendOutput.open(action, service(), blocking, warnings, progress);
      all.add(output);
      while (!output.awaitOpen(OPEN_LOOK_MILLIS)) {
        noticeEnd();
      }
      return output;
    } catch (LogConfigurationException e) {
      throw CommandException.fatal(CommandException.USAGE, action.title() + ": " + e.getMessage());
    } catch (IOException e) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "unable to open " + action.title() + ": " + e.getMessage());
    }
  }

  /** A call that does nothing: it fails when the process is gone. */
  private void noticeEnd() {
    CallList calls = new CallList();
    calls.attempt(Syscall.GETPID);
    posix.attempt(calls);
  }

  /**
   * The name of the service that is logged, by the working directory: a logger runs in its service
   * directory, which is {@code NAME/log} for the logger of a service.
   */
  private String service() {
    if (service == null) {
      CallList calls = new CallList();
      calls.attempt(Syscall.GETCWD, outUpToResult(PATH_MAX), number(PATH_MAX));
      Results results = posix.attempt(calls);
      service = results.failed(0) ? "" : serviceAt(terminated(results.buffer(0)));
    }
    return service;
  }

  private static Bytes terminated(byte[] text) {
    return Bytes.of(text, 0, Math.max(0, text.length - 1));
  }

  private String serviceAt(Bytes directory) {
    try {
      if (new Files(posix).stat(directory.slash("run")) == null) {
        return "";
      }
    } catch (PosixException e) {
      return "";
    }
    boolean ofLogger = directory.endsWith("/log");
    Bytes named = ofLogger ? directory.slice(0, directory.length() - 4) : directory;
    return named.baseName().toString();
  }

  /** Whether nothing may be read because one of them has as much as it may have. */
  boolean full() {
    for (BackendOutput output : all) {
      if (output.full()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits a moment, if one of them has to do something before the logger can go on.
   *
   * @param ending whether the logger waits for their end
   * @return whether that is so still
   */
  boolean await(boolean ending) {
    long seen = progress.count();
    if (!holdUp(ending)) {
      return false;
    }
    progress.await(seen, DEAF_MILLIS);
    return holdUp(ending);
  }

  private boolean holdUp(boolean ending) {
    return ending ? !finished && !all.isEmpty() : full();
  }

  /** Whether the end is near: then what has failed is tried again soon. */
  void hurry(boolean near) {
    all.forEach(output -> output.hurry(near));
  }

  /** They have had the time for the end already when it comes. */
  void haveHadTheirTime() {
    all.forEach(BackendOutput::hasHadItsTime);
  }

  /** Brings them to their end; false as long as one of them takes its time. */
  boolean finish(long now) {
    boolean done = true;
    for (BackendOutput output : all) {
      done &= output.finish(now);
    }
    if (done && !finished) {
      finished = true;
      tellUntaken();
    }
    return done;
  }

  private void tellUntaken() {
    for (BackendOutput output : all) {
      int lines = output.untaken();
      if (lines > 0) {
        warnings.warn(
            output.title()
                + ": "
                + lines
                + (lines == 1 ? " line was" : " lines were")
                + " not taken within "
                + BackendOutput.END_MILLIS / 1000
                + " seconds of the end, and "
                + whatBecomesOf(lines));
      }
    }
  }

  private String whatBecomesOf(int lines) {
    String stay = lines == 1 ? "stays" : "stay";
    String are = lines == 1 ? "is" : "are";
    return blocking ? stay + " in the pipe if there is one" : are + " lost";
  }

  /** Whether one of them has not taken all that it was given. */
  boolean haveUntaken() {
    for (BackendOutput output : all) {
      if (output.untaken() > 0) {
        return true;
      }
    }
    return false;
  }

  /** The logger is over, whatever has ended it: they have their time, and nobody waits for them. */
  void abandon() {
    all.forEach(BackendOutput::abandon);
  }
}
