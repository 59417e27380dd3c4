package s6j.supervise;

import java.io.ByteArrayOutputStream;
import java.util.function.Supplier;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.PosixException;
import s6j.posix.Results;

/**
 * What one input to a supervisor leads to for the rest of the world: signals, files, events. It is
 * collected while the input is dealt with, and done at its end, in one exchange when nobody
 * listens, without waiting for it. Loop thread only.
 */
final class Outbox {
  private final InitProcess posix;
  private final ServiceFiles.Warnings warnings;
  private final Supplier<Bytes> content;
  private final Bytes status;
  private final Fifodir events;
  private final DeathTally deaths;
  private final ByteArrayOutputStream untold = new ByteArrayOutputStream();
  private boolean unsaved;

  /** What comes first, signals above all; or null. */
  private CallList first;

  /** The death tally that is to be written, or null. */
  private Bytes tally;

  /**
   * An empty one.
   *
   * @param warnings where it is said what could not be done
   * @param content what the status file is to say when it is asked
   * @param supervise the directory of the status and the tally
   * @param events where events are told
   */
  Outbox(
      InitProcess posix,
      ServiceFiles.Warnings warnings,
      Supplier<Bytes> content,
      Bytes supervise,
      Fifodir events) {
    this.posix = posix;
    this.warnings = warnings;
    this.content = content;
    this.status = supervise.slash("status");
    this.events = events;
    this.deaths = new DeathTally(supervise.slash("death_tally"));
  }

  /** The calls that come before everything else; each of them may fail. */
  CallList first() {
    if (first == null) {
      first = new CallList();
    }
    return first;
  }

  /** The status file no longer says how things are. */
  void changed() {
    unsaved = true;
  }

  void tell(char event) {
    untold.write(event);
  }

  DeathTally deaths() {
    return deaths;
  }

  /** The death tally is to be this; null when it stays as it is. */
  void tally(Bytes content) {
    tally = content;
  }

  /** Writes the death tally before what is done next, and not with the status. */
  void sendTally() {
    if (tally != null) {
      CallList writing = new CallList();
      appendTally(writing);
      posix.callLater(
          writing, (written, failure) -> warnOf("write supervise/death_tally", failure));
    }
  }

  private void appendTally(CallList calls) {
    if (tally != null) {
      deaths.appendReplace(calls, tally);
      tally = null;
    }
  }

  private void warnOf(String what, PosixException failure) {
    if (failure != null) {
      warnings.warn("unable to " + what + ": " + failure.getMessage());
    }
  }

  /** Does what has been collected since the last time. */
  void send() {
    if (unsaved || untold.size() > 0) {
      sendStatus(new CallList(), () -> {});
    } else if (first != null) {
      CallList calls = first;
      first = null;
      posix.callUnheard(calls);
    }
  }

  /**
   * The same, for the last time.
   *
   * @param closing calls that are made then, none of which refers to another
   * @param done what is done when all of it has been
   */
  void sendLast(CallList closing, Runnable done) {
    sendStatus(closing, done);
  }

  private void sendStatus(CallList closing, Runnable done) {
    CallList calls = first == null ? new CallList() : first;
    Bytes told = Bytes.of(untold.toByteArray());
    first = null;
    unsaved = false;
    untold.reset();
    Files.appendReplace(calls, status, content.get(), 0644);
    int listing = told.isEmpty() ? -1 : events.appendListing(calls, posix);
    int last = calls.size();
    appendTally(calls);
    calls.appendIndependent(closing);
    posix.callLater(
        calls,
        (results, failure) -> {
          if (failure == null) {
            tellListeners(results, listing, told);
          } else {
            unsaved = true;
            warnOf(
                "write supervise/" + (failure.index() < last ? "status" : "death_tally"), failure);
            CallList again = new CallList();
            int listed = events.appendListing(again, posix);
            again.appendIndependent(closing);
            tellListeners(posix.attempt(again), listed, told);
          }
          done.run();
        });
  }

  private void tellListeners(Results results, int listing, Bytes told) {
    if (told.isEmpty()) {
      return;
    }
    try {
      events.tell(posix, events.listeners(posix, results, listing), told);
    } catch (PosixException e) {
      warnings.warn("unable to tell of events: " + e.getMessage());
    }
  }
}
