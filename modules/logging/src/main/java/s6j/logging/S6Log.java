package s6j.logging;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.Syscall;

/**
 * {@code s6-log}: reads lines from stdin and does with each what its script says. It never reads on
 * before what it has read is written, so that a log that cannot be written fills the pipe, and
 * nothing is lost.
 */
final class S6Log implements Command {
  private static final String USAGE =
      "s6-log [ -d notif ] [ -q | -v ] [ -b ] [ -p ] [ -l linelimit ] [ -t timeout ] [ -- ] logging_script";
  private static final int CHUNK = 64 << 10;
  private static final int LINE_MIN = 48;
  private static final int LINE_MAX = 8192;
  private static final short POLLIN = 1;
  private static final int SIGINFO = 128;

  @Override
  public String name() {
    return "s6-log";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "qvbpetl:t:d:", USAGE);
    LogScript script =
        LogScript.parse(call.arguments().subList(options.end(), call.arguments().size()));
    long limit = numeric(options, 'l', LINE_MAX);
    if (limit != 0 && limit < LINE_MIN) {
      limit = LINE_MIN;
    }
    Sinks sinks = new Sinks(call, script);
    sinks.open();
    try {
      int signals = blockSignals(call);
      if (options.argument('d') != null) {
        notifyReady(call, (int) numeric(options, 'd', 1));
      }
      new Lines(call, sinks, limit, options.has('p')).readAll(signals);
    } catch (PosixException e) {
      throw CommandException.unable("read from stdin", e);
    } finally {
      sinks.close();
    }
    return Next.exit(0);
  }

  private static long numeric(Options options, char letter, long otherwise)
      throws CommandException {
    Bytes word = options.argument(letter);
    long value = word == null ? otherwise : Options.unsigned(word);
    if (value < 0) {
      throw CommandException.usage(USAGE);
    }
    return value;
  }

  private static void notifyReady(Invocation call, int fd) throws PosixException {
    new Files(call.posix()).write(fd, Bytes.of("\n"));
    new Files(call.posix()).close(fd);
  }

  /** TERM, HUP and ALRM are read from a descriptor from now on. */
  private static int blockSignals(Invocation call) throws PosixException {
    long mask =
        1L << Signal.TERM.number() - 1
            | 1L << Signal.HUP.number() - 1
            | 1L << Signal.ALRM.number() - 1;
    byte[] set = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(mask).array();
    CallList calls = new CallList();
    calls.add(
        Syscall.RT_SIGPROCMASK, number(0), CallList.bytes(set), CallList.nothing(), number(8));
    calls.add(
        Syscall.SIGNALFD4,
        number(-1),
        CallList.bytes(set),
        number(8),
        number(OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    return call.posix().call(calls).fd(1);
  }

  /** Cuts what is read into lines. */
  private static final class Lines {
    private final Invocation call;
    private final Sinks sinks;
    private final long limit;
    private final boolean ignoreTerm;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    Lines(Invocation call, Sinks sinks, long limit, boolean ignoreTerm) {
      this.call = call;
      this.sinks = sinks;
      this.limit = limit;
      this.ignoreTerm = ignoreTerm;
    }

    void readAll(int signals) throws PosixException {
      byte[] polled =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putInt(0)
              .putShort(POLLIN)
              .putShort((short) 0)
              .putInt(signals)
              .putShort(POLLIN)
              .array();
      boolean more = true;
      while (more) {
        CallList waiting = new CallList();
        waiting.attempt(
            Syscall.PPOLL,
            CallList.bytes(polled),
            number(2),
            CallList.nothing(),
            CallList.nothing(),
            number(8));
        waiting.attempt(Syscall.READ, number(signals), outUpToResult(SIGINFO), number(SIGINFO));
        Results woken = call.posix().call(waiting);
        if (!woken.failed(1) && woken.value(1) > 0) {
          more = take(woken.buffer(1)[0]);
        } else {
          more = read();
        }
      }
      if (partial.size() > 0) {
        end();
      }
      sinks.flush();
    }

    /** Returns whether to go on after this signal. */
    private boolean take(int signal) {
      if (signal == Signal.ALRM.number()) {
        sinks.rotate();
        return true;
      }
      return signal == Signal.TERM.number() && ignoreTerm;
    }

    /** Returns whether there may be more. */
    private boolean read() throws PosixException {
      CallList calls = new CallList();
      calls.attempt(Syscall.READ, number(0), outUpToResult(CHUNK), number(CHUNK));
      Results results = call.posix().call(calls);
      if (results.failed(0)) {
        Errno reason = results.errno(0);
        if (reason.equals(Errno.EAGAIN) || reason.equals(Errno.EINTR)) {
          return true;
        }
        throw new PosixException(reason, 0);
      }
      byte[] data = results.buffer(0);
      for (byte b : data) {
        if (b == '\n' || b == 0) {
          end();
        } else {
          partial.write(b);
          if (limit > 0 && partial.size() >= limit) {
            end();
          }
        }
      }
      sinks.flush();
      return data.length > 0;
    }

    private void end() {
      sinks.take(partial.toByteArray());
      partial.reset();
    }
  }

  /** Where lines go. */
  private static final class Sinks {
    private final Invocation call;
    private final LogScript script;
    private final Stamper stamper = new Stamper(ZoneId.systemDefault());
    private final Map<LogScript.Step, LogDirectory> directories = new HashMap<>();
    private final List<LogDirectory> opened = new ArrayList<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private boolean stdoutGone;

    Sinks(Invocation call, LogScript script) {
      this.call = call;
      this.script = script;
    }

    void open() throws CommandException {
      for (LogScript.Step step : script.steps()) {
        if (step instanceof LogScript.ToDirectory to) {
          LogDirectory directory =
              new LogDirectory(call.posix(), to.path(), to.rotation(), call::warn);
          directory.open();
          directories.put(step, directory);
          opened.add(directory);
        }
      }
    }

    void take(byte[] line) {
      Instant now = Instant.now();
      Bytes raw = Bytes.of(line);
      String text = null;
      boolean selected = true;
      boolean acted = false;
      for (LogScript.Step step : script.steps()) {
        if (step instanceof LogScript.Select select) {
          if (select.kind() == LogScript.Select.Kind.REST) {
            selected = !acted;
          } else {
            text = text == null ? raw.latin1() : text;
            boolean select1 = select.kind() == LogScript.Select.Kind.SELECT;
            if (selected != select1 && select.pattern().matcher(text).find()) {
              selected = select1;
            }
          }
        } else if (selected) {
          acted = true;
          act(step, line, now);
        }
      }
    }

    private void act(LogScript.Step step, byte[] line, Instant now) {
      switch (step) {
        case LogScript.ToDirectory to ->
            directories.get(step).append(stamped(to.stamps(), line, now));
        case LogScript.ToStdout to -> stdout.writeBytes(stamped(to.stamps(), line, now));
        case LogScript.ToStderr to -> alert(to, line, now);
        case LogScript.ToStatusFile to -> status(to, line, now);
        case LogScript.Select select -> {}
      }
    }

    private byte[] stamped(LogScript.Stamps stamps, byte[] line, Instant now) {
      ByteArrayOutputStream text = new ByteArrayOutputStream(line.length + 64);
      if (stamps.tai()) {
        Stamper.tai(now, text);
        text.write(' ');
      }
      if (stamps.iso()) {
        stamper.iso(now, text);
        text.write(' ');
        text.write(' ');
      }
      text.writeBytes(stamps.prefix().toArray());
      text.writeBytes(line);
      text.write('\n');
      return text.toByteArray();
    }

    private void alert(LogScript.ToStderr to, byte[] line, Instant now) {
      Bytes text = Bytes.of(line);
      boolean cut = to.bytes() > 0 && text.length() > to.bytes();
      byte[] shown = (cut ? text.slice(0, to.bytes()).plus("...") : text).toArray();
      Bytes alert = Bytes.of("s6-log: alert: ").plus(Bytes.of(stamped(to.stamps(), shown, now)));
      try {
        new Files(call.posix()).write(2, alert);
      } catch (PosixException e) {
        // Stderr is gone: there is nobody to alert.
      }
    }

    private void status(LogScript.ToStatusFile to, byte[] line, Instant now) {
      byte[] text = stamped(to.stamps(), line, now);
      byte[] padded = text;
      if (to.bytes() > 0) {
        padded = java.util.Arrays.copyOf(text, Math.max(to.bytes(), text.length));
        java.util.Arrays.fill(padded, text.length, padded.length, (byte) '\n');
      }
      try {
        new Files(call.posix()).replace(to.path(), Bytes.of(padded), 0644);
      } catch (PosixException e) {
        call.warn("unable to write " + to.path() + ": " + e.getMessage());
      }
    }

    void flush() {
      for (LogDirectory directory : opened) {
        directory.flush();
      }
      if (stdout.size() > 0 && !stdoutGone) {
        try {
          new Files(call.posix()).write(1, Bytes.of(stdout.toByteArray()));
        } catch (PosixException e) {
          stdoutGone = true;
          call.warn("unable to write to stdout: " + e.getMessage() + "; it gets nothing any more");
        }
      }
      stdout.reset();
    }

    void rotate() {
      for (LogDirectory directory : opened) {
        directory.rotateNow();
      }
    }

    void close() {
      for (LogDirectory directory : opened) {
        directory.close();
      }
    }
  }
}
