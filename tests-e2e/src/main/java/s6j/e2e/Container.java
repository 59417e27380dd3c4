package s6j.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A started container: what it says, and what can be done to it. */
public abstract class Container implements AutoCloseable {
  /** How long anything may take that a test waits for. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Process process;
  private Stream stdout;
  private Stream stderr;

  /* One of the container's streams, read by a thread of its own until its end. */
  private final class Stream {
    private final StringBuilder text = new StringBuilder();
    private final Thread thread;

    Stream(InputStream input) {
      thread = Thread.ofVirtual().start(() -> read(input));
    }

    private void read(InputStream input) {
      byte[] data = new byte[65536];
      try (input) {
        for (int n; (n = input.read(data)) >= 0; ) {
          synchronized (Container.this) {
            text.append(new String(data, 0, n, StandardCharsets.ISO_8859_1));
            Container.this.notifyAll();
          }
        }
      } catch (IOException e) {
        // The process was ended by the test.
      }
    }

    void awaitEnd() throws InterruptedException {
      if (!thread.join(PATIENCE)) {
        throw new AssertionError("its output stays open after its end");
      }
    }
  }

  /** The program that runs the container is started, again after its end. */
  final void watch(Process started) {
    process = started;
    stdout = new Stream(started.getInputStream());
    stderr = new Stream(started.getErrorStream());
  }

  /** What it wrote to stdout until now. On a terminal, all that it wrote. */
  public final synchronized String stdout() {
    return stdout.text.toString();
  }

  /** What it wrote to stderr until now. */
  public final synchronized String stderr() {
    return stderr.text.toString();
  }

  /** Waits until stdout or stderr contains a text. */
  public final void awaitText(String wanted) {
    awaitText(wanted, 1);
  }

  /** Waits until stdout or stderr contains a text so many times. */
  public final void awaitText(String wanted, int times) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (this) {
      while (count(wanted) < times) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0 || (!process.isAlive() && streamsEnded())) {
          throw new AssertionError(
              "never said \""
                  + wanted
                  + "\" "
                  + times
                  + " times"
                  + (process.isAlive() ? "" : ", and ended")
                  + ". stdout:\n"
                  + stdout.text
                  + "\nstderr:\n"
                  + stderr.text);
        }
        try {
          wait(Math.min(left, 100));
        } catch (InterruptedException e) {
          throw interrupted(e);
        }
      }
    }
  }

  private boolean streamsEnded() {
    return !stdout.thread.isAlive() && !stderr.thread.isAlive();
  }

  private int count(String wanted) {
    int count = 0;
    for (StringBuilder text : List.of(stdout.text, stderr.text)) {
      for (int at = -1; (at = text.indexOf(wanted, at + 1)) >= 0; ) {
        count++;
      }
    }
    return count;
  }

  /** Waits for the container's end. */
  public final Outcome awaitExit() {
    return awaitExit(PATIENCE);
  }

  /** Waits for the container's end, so long at most. */
  public final Outcome awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "still runs after " + patience + ". stdout:\n" + stdout() + "\nstderr:\n" + stderr());
      }
      stdout.awaitEnd();
      stderr.awaitEnd();
      return new Outcome(exitCode(process), stdout(), stderr());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Whether it has not ended. */
  public final boolean running() {
    return process.isAlive();
  }

  /** Writes to its stdin or types on its terminal. */
  public final void type(String text) {
    try {
      OutputStream stdin = process.getOutputStream();
      stdin.write(text.getBytes(StandardCharsets.ISO_8859_1));
      stdin.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends its stdin. */
  public final void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal to its PID 1, by number. */
  public abstract void signal(int number);

  /** Runs a program in it, as {@code docker exec}: with the container's environment and user. */
  public abstract Outcome exec(String... words);

  /** Its PID 1 as the host sees it. */
  public abstract long pid();

  /** Starts it again on the filesystem that it left. */
  public abstract void startAgain();

  /** The code that the container ended with. */
  abstract int exitCode(Process ended);

  /** Ends it at once and removes what is left of it. */
  @Override
  public abstract void close();

  /** Ends the program that runs the container. */
  final void end() {
    if (process != null && process.isAlive()) {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /** Runs a program in it that must exit 0. */
  public final String execOk(String... words) {
    Outcome outcome = exec(words);
    if (outcome.code() != 0) {
      throw new AssertionError(
          String.join(" ", words) + ": exited " + outcome.code() + "\n" + outcome.output());
    }
    return outcome.stdout();
  }

  /** The processes that run in it, as the host sees them; PID 1 among them. */
  public final List<Long> processes() {
    List<Long> all = new ArrayList<>();
    String own = namespace(pid());
    ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(p -> own.equals(namespace(p)))
        .forEach(all::add);
    return all;
  }

  private static String namespace(long pid) {
    try {
      return java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of("/proc/" + pid + "/ns/pid"))
          .toString();
    } catch (IOException e) {
      return "gone";
    }
  }

  /** Lets time pass, where a test is about time and there is nothing else to wait for. */
  public static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
