package s6j.logging;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import s6j.chain.CommandException;
import s6j.logging.output.BackendOutput;
import s6j.logging.output.LineSink;
import s6j.logging.output.Output;
import s6j.logging.output.OwnOutputs;
import s6j.logging.output.Warnings;
import s6j.logging.script.Action;
import s6j.logging.time.LocalZone;
import s6j.logging.time.Stamps;
import s6j.logging.time.Zone;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/**
 * One run of a logger. It is one loop of exchanges with the process: a list writes the lines of the
 * last chunk, takes them from stdin, waits, and reads the next chunk. So the process never sends
 * more than it was asked for, and memory is bounded by what one list can read and by {@link
 * SharedRoom}.
 */
public final class LogProcess {
  /** How much is still read at most when the logger is told to stop: what a pipe may hold. */
  private static final long DRAIN_MAX = 1 << 20;

  /** How long is read at the end from the pipe while a plugin takes nothing. */
  private static final long DRAIN_MILLIS = 2000;

  /** When nothing has come for so long, the logger is none any more that has much to read. */
  private static final long LARGE_READER_MILLIS = 200;

  /** What the logger is doing. */
  private enum Stage {
    READING,
    /** It was told to stop, and reads what had come until then. */
    DRAINING,
    /** It waits for the rest of a line. */
    LAST_LINE,
    FINISHING
  }

  private final Posix posix;
  private final Environment environment;
  private final LogOptions options;
  private final OwnOutputs own;
  private final Warnings warnings;
  private final BackendOutputs backends;
  private final LineSplitter splitter;
  private final SharedRoom room = new SharedRoom();
  private final List<Output> outputs = new ArrayList<>();
  private Distributor distributor;
  private Input input;
  private Signals signals;
  private boolean inputClosed;
  private Stage stage = Stage.READING;
  private long drainLeft;
  private long drainUntil;
  private long lastLineUntil;

  /** Since when a plugin keeps us from reading although nobody is left who could write. */
  private long leftAt = Output.NEVER;

  /** What of the last chunk has to wait until a file has ended; null when there is nothing. */
  private byte[] rest;

  /** Whether the line that was just handed over may be followed by another. */
  private boolean goOn;

  private LogProcess(
      Posix posix, Environment environment, LogOptions options, OwnOutputs own, Warnings warnings) {
    this.posix = posix;
    this.environment = environment;
    this.options = options;
    this.own = own;
    this.warnings = warnings;
    this.backends = new BackendOutputs(posix, options.blocking(), warnings);
    this.splitter = new LineSplitter(options.lineLimit());
  }

  /**
   * Logs until stdin ends or a signal says to stop, and everything is written.
   *
   * @param own what the process itself writes to
   * @param warnings told what goes wrong on the way
   * @throws CommandException when the logger cannot even start
   */
  public static void run(
      Posix posix, Environment environment, LogOptions options, OwnOutputs own, Warnings warnings)
      throws CommandException {
    LogProcess process = new LogProcess(posix, environment, options, own, warnings);
    try {
      process.prepare();
      process.loop();
      own.restoreStdout();
    } catch (PosixException e) {
      throw CommandException.unable("read from stdin", e);
    } finally {
      process.backends.abandon();
      process.room.release();
    }
  }

  private void prepare() throws CommandException, PosixException {
    openOutputs();
    TimeSlice.shorten(posix);
    signals = Signals.of(posix);
    input = Input.of(posix, warnings);
    if (options.notification() >= 0) {
      int fd = options.notification();
      CallList calls = new CallList();
      calls.attempt(Syscall.WRITE, number(fd), bytes(new byte[] {'\n'}), number(1));
      calls.attempt(Syscall.CLOSE, number(fd));
      posix.call(calls);
    }
  }

  private void openOutputs() throws CommandException {
    List<LineSink> sinks = new ArrayList<>();
    boolean local = false;
    boolean timed = false;
    for (Action action : options.script().actions()) {
      local |= action.layout().iso();
      timed |= action.layout().stamped() || action instanceof Action.ToBackend;
      sinks.add(action instanceof Action.ToBackend to ? backends.open(to) : own.of(action));
    }
    Zone zone = local ? LocalZone.of(new Files(posix), environment) : Zone.UTC;
    distributor = new Distributor(options.script(), sinks, new Stamps(zone), timed);
    outputs.addAll(own.all());
    outputs.addAll(backends.all());
  }

  /** Milliseconds of a clock that only goes forward. */
  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  private void loop() throws PosixException {
    boolean virtual = Thread.currentThread().isVirtual();
    boolean done = false;
    while (!done) {
      done = virtual && room.isLargeReader() ? underLoad() : step();
    }
  }

  /**
   * Goes on in a thread of the system's, as long as much is to be read: it is woken by what it
   * waits for, where a virtual thread is woken by a thread that is woken by a thread.
   */
  private boolean underLoad() throws PosixException {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              boolean done = false;
              while (!done && room.isLargeReader()) {
                done = step();
              }
              return done;
            });
    Thread thread = new Thread(task, "logger");
    thread.setDaemon(true);
    try {
      thread.start();
      return task.get();
    } catch (OutOfMemoryError e) {
      // No more threads are allowed: it goes as well without.
      room.release();
      return step();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosixException(Errno.EINTR, -1);
    }
  }

  private static PosixException rethrown(Throwable cause) {
    return switch (cause) {
      case PosixException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(cause);
    };
  }

  /** Makes one exchange; returns whether it was the last one. */
  private boolean step() throws PosixException {
    long now = now();
    for (Output output : outputs) {
      output.work(now);
    }
    if (stage == Stage.LAST_LINE && now >= lastLineUntil) {
      endOfInput();
    }
    if ((stage == Stage.DRAINING || stage == Stage.LAST_LINE)
        && now >= drainUntil
        && backends.full()) {
      cutShort();
    }
    if (stage == Stage.READING && now - BackendOutput.END_MILLIS >= leftAt) {
      backends.haveHadTheirTime();
      cutShort();
    }
    if (stage == Stage.FINISHING && finish(now)) {
      return true;
    }
    exchange(now);
    return false;
  }

  /** What has been written is taken from the pipe before the files are closed. */
  private boolean finish(long now) throws PosixException {
    if (!backends.finish(now)) {
      return false;
    }
    boolean all = true;
    for (Output output : outputs) {
      all &= output.backlog() == 0;
    }
    if (all && !inputClosed) {
      input.close(!options.blocking() || !backends.haveUntaken());
      inputClosed = true;
    }
    if (!inputClosed) {
      return false;
    }
    for (Output output : outputs) {
      all &= output.finish(now);
    }
    return all;
  }

  private void exchange(long now) throws PosixException {
    boolean held = backends.await(stage == Stage.FINISHING);
    if (rest != null && mayRead(now) && mayGoOn(now)) {
      byte[] bytes = rest;
      rest = null;
      dealWith(bytes, true, now);
    }
    boolean reading = stage != Stage.FINISHING && rest == null && mayRead(now);
    CallList calls = new CallList();
    for (Output output : outputs) {
      output.appendWrites(calls, now);
    }
    Waiting waiting = waiting(now);
    if (held) {
      waiting.atMost(0);
    }
    if (stage == Stage.FINISHING) {
      waiting.append(calls);
    } else {
      // With -b, what a plugin has not taken stays in the pipe.
      boolean taking = !options.blocking() || !backends.full();
      input.append(calls, waiting, reading ? room.readSize() : 0, taking);
    }
    signals.append(calls);
    Results results = posix.call(calls);
    now = now();
    for (Output output : outputs) {
      output.settle(results, now);
    }
    boolean stopping = false;
    for (Signal signal : signals.received(results)) {
      stopping |= heard(signal);
    }
    if (stage != Stage.FINISHING) {
      received(input.received(results), reading, now);
      noticeLeft(reading, now);
      if (stopping && stage == Stage.READING) {
        stop(now);
      }
    }
  }

  /** With {@code -b} nothing is read while something could not be written. */
  private boolean mayRead(long now) {
    if (backends.full()) {
      return false;
    }
    long waiting = 0;
    for (Output output : outputs) {
      boolean stuck = output.awaitsWritable() >= 0 || output.wakeAt() > now;
      waiting += stuck ? output.backlog() : 0;
    }
    return options.blocking() ? waiting == 0 : room.mayWait(waiting);
  }

  /**
   * Whether the next lines may be handed over: not while a file is ending, since what is taken from
   * the pipe by a list must be written by that list. Unless it cannot be written just now: then
   * lines are kept as far as {@link #mayRead} allows.
   */
  private boolean mayGoOn(long now) {
    for (Output output : outputs) {
      if (output.ending() && output.wakeAt() <= now) {
        return false;
      }
    }
    return true;
  }

  /** The wait of this list: until a signal comes, or an output or the last line is due. */
  private Waiting waiting(long now) {
    Waiting waiting = new Waiting();
    waiting.watch(signals.fd(), Waiting.READABLE);
    long until = stage == Stage.LAST_LINE ? lastLineUntil : Output.NEVER;
    if (room.isLargeReader()) {
      until = Math.min(until, now + LARGE_READER_MILLIS);
    }
    int watched = 0;
    for (Output output : outputs) {
      int fd = output.awaitsWritable();
      if (fd >= 0 && (watched >> fd & 1) == 0) {
        watched |= 1 << fd;
        waiting.watch(fd, Waiting.WRITABLE);
      }
      until = Math.min(until, dueAt(output, now));
    }
    if ((stage == Stage.DRAINING || rest != null) && mayRead(now)) {
      until = now;
    }
    waiting.atMost(until == Output.NEVER ? -1 : Math.max(0, until - now));
    return waiting;
  }

  /** When an output is to be looked at; what is due now is written by the very list that waits. */
  private long dueAt(Output output, long now) {
    long at = output.wakeAt();
    if (at > now) {
      return at;
    }
    return stage == Stage.FINISHING ? now : now + output.checkAfter();
  }

  private boolean heard(Signal signal) {
    switch (signal) {
      case HUP -> {
        return true;
      }
      case TERM -> {
        return !options.ignoreTerm();
      }
      case ALRM -> outputs.forEach(Output::rotate);
      case CHLD -> outputs.forEach(Output::childEnded);
      default -> throw new AssertionError("not asked for: " + signal);
    }
    return false;
  }

  /**
   * The end of what is not read is not seen either. So when a plugin takes nothing, it has from now
   * on the time that it has at the end; what it takes within it gives it that time again.
   */
  private void noticeLeft(boolean reading, long now) {
    if (reading && leftAt != Output.NEVER) {
      leftAt = Output.NEVER;
      backends.hurry(false);
    } else if (!reading && leftAt == Output.NEVER && input.hungUp() && backends.full()) {
      leftAt = now;
      backends.hurry(true);
    }
  }

  private void received(Input.Chunk chunk, boolean reading, long now) {
    if (reading) {
      room.read(chunk.bytes() == null ? 0 : chunk.bytes().length);
    }
    if (chunk.end()) {
      endOfInput();
    } else if (chunk.bytes() == null) {
      if (stage == Stage.DRAINING && reading) {
        drained(now);
      }
    } else if (!input.givesAgain() || mayRead(now)) {
      dealWith(chunk.bytes(), false, now);
    }
  }

  private void dealWith(byte[] bytes, boolean again, long now) {
    int taken = take(bytes, again);
    input.dealtWith(taken);
    if (stage == Stage.DRAINING) {
      drainLeft -= taken;
      if (drainLeft <= 0 && rest == null) {
        drained(now);
      }
    } else if (stage == Stage.LAST_LINE && !splitter.hasPartial() && rest == null) {
      stage = Stage.FINISHING;
    }
  }

  /**
   * Hands lines over until a file ends: what follows is for the next file, and must not be taken
   * from the pipe before. The start of a line stays in the pipe as long as there is more there.
   *
   * @param again whether this is the rest of what was read, and there may be more by now
   */
  private int take(byte[] bytes, boolean again) {
    boolean one = stage == Stage.LAST_LINE && input.givesAgain();
    goOn = true;
    distributor.arrived();
    int taken =
        splitter.take(
            bytes,
            bytes.length,
            (from, start, end) -> goOn = distributor.line(from, start, end) && !one);
    if (taken == bytes.length) {
      return taken;
    }
    if (!goOn) {
      rest = one ? null : Arrays.copyOfRange(bytes, taken, bytes.length);
      return taken;
    }
    if (taken == 0 && !again || !input.givesAgain()) {
      splitter.keep(bytes, taken, bytes.length);
      return bytes.length;
    }
    return taken;
  }

  private void stop(long now) throws PosixException {
    stage = Stage.DRAINING;
    drainUntil = now + DRAIN_MILLIS;
    drainLeft = Math.min(DRAIN_MAX, input.available());
    if (drainLeft <= 0 && rest == null) {
      drained(now);
    }
  }

  private void drained(long now) {
    if (!splitter.hasPartial()) {
      stage = Stage.FINISHING;
      return;
    }
    stage = Stage.LAST_LINE;
    lastLineUntil = options.lastLineMillis() == 0 ? Output.NEVER : now + options.lastLineMillis();
  }

  /** A plugin takes nothing: what is in the pipe stays there for the next logger. */
  private void cutShort() {
    if (rest != null && !input.givesAgain()) {
      int taken =
          splitter.take(
              rest,
              rest.length,
              (from, start, end) -> {
                distributor.line(from, start, end);
                return true;
              });
      splitter.keep(rest, taken, rest.length);
    }
    rest = null;
    endOfInput();
  }

  private void endOfInput() {
    distributor.arrived();
    splitter.flush(distributor);
    stage = Stage.FINISHING;
  }
}
