package s6j.init;

import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Tag;

/**
 * How far the container has come, in two small files of the state directory, so that a runtime that
 * takes over from a dead one goes on where that was: {@code s6j/stage} says what was begun last and
 * whether it has ended, {@code s6j/stop} that a stop was asked for. What runs is known to init:
 * each process of a stage has a tag made of the step and its name.
 */
final class Journal {
  /** The steps of a life, in their order. */
  enum Step {
    /** Nothing yet. */
    START,
    /** A file of fix-attrs.d. */
    FIX_ATTRS,
    /** A script of cont-init.d. */
    CONT_INIT,
    /** Services are started. */
    SERVICES,
    /** CMD is started, or there is none: the container is up. */
    UP,
    /** A script of cont-finish.d. */
    CONT_FINISH,
    /** What is left is stopped. */
    FINISH
  }

  private static final int SIZE_MAX = 4096;

  private final Container container;
  private Step step = Step.START;
  private Bytes name = Bytes.EMPTY;
  private boolean ended;
  private boolean stopBefore;
  private boolean killLoggersBefore;

  Journal(Container container) {
    this.container = container;
  }

  /** Reads what an earlier runtime has written; returns whether it has written anything. */
  boolean resume() {
    Bytes stage = read("stage");
    if (stage != null && stage.length() > 2) {
      int space = stage.indexOf(' ', 2);
      ended = stage.at(0) == 'E';
      step = Step.valueOf(stage.slice(2, space).latin1());
      name = stage.from(space + 1);
    }
    Bytes stop = read("stop");
    stopBefore = stop != null;
    killLoggersBefore = stop != null && stop.is("q");
    return step != Step.START;
  }

  private Bytes read(String file) {
    try {
      return new Files(container.posix()).readAtOnce(path(file), SIZE_MAX);
    } catch (PosixException e) {
      return null;
    }
  }

  private Bytes path(String file) {
    return container.state().slash("s6j").slash(file);
  }

  /** Whether an earlier runtime was asked to stop. */
  boolean stopBefore() {
    return stopBefore;
  }

  /** Whether loggers were to be stopped as well. */
  boolean killLoggersBefore() {
    return killLoggersBefore;
  }

  /** Whether an earlier runtime has begun this step, or a later one. */
  boolean begun(Step one) {
    return step.ordinal() >= one.ordinal();
  }

  /** Whether an earlier runtime has ended this step. */
  boolean over(Step one) {
    return step.ordinal() > one.ordinal();
  }

  /** Whether an earlier runtime has run this script of a step to its end. */
  boolean over(Step one, Bytes script) {
    if (step != one) {
      return over(one);
    }
    int order = script.compareTo(name);
    return order < 0 || order == 0 && ended;
  }

  /** The tag of the process of a step. */
  static long tag(Step step, Bytes name) {
    return Tag.of(step.name(), name);
  }

  /** Something begins. */
  void begin(Step what, Bytes whose) {
    write(what, whose, 'B');
  }

  /** Something has ended, and had its consequences. */
  void end(Step what, Bytes whose) {
    write(what, whose, 'E');
  }

  private void write(Step what, Bytes whose, char state) {
    Bytes line = Bytes.of(state + " " + what.name() + " ").plus(whose);
    CallList calls = new CallList();
    Files.appendReplace(calls, path("stage"), line, 0600);
    write(calls);
  }

  /** A stop has been asked for. */
  void stop(boolean killLoggers) {
    CallList calls = new CallList();
    Files.appendReplace(calls, path("stop"), Bytes.of(killLoggers ? "q" : "t"), 0600);
    write(calls);
  }

  private void write(CallList calls) {
    try {
      container.posix().call(calls);
    } catch (PosixException e) {
      // Without it a new runtime would know less; this one knows all.
      container.console().warn("unable to write " + path("stage") + ": " + e.getMessage());
    }
  }
}
