package s6j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.InitProcess;
import s6j.posix.InitProcess.ChildEnded;
import s6j.posix.InitProcess.DataReceived;
import s6j.posix.InitProcess.Event;
import s6j.posix.InitProcess.OrphansReaped;
import s6j.posix.InitProcess.SignalReceived;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;
import s6j.testing.CommandRunner.Outcome;

/** What an init does besides: it reaps, and tells of children, signals and data. */
public abstract class InitContract extends PosixContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofMillis(150);

  private final Deque<Event> unread = new ArrayDeque<>();

  /** For those who extend it. */
  protected InitContract() {}

  @Override
  protected abstract InitProcess posix();

  @Override
  protected WaitStatus await(int pid) throws Exception {
    ChildEnded end = (ChildEnded) next(e -> e instanceof ChildEnded c && c.pid() == pid);
    posix().forget(pid);
    return end.status();
  }

  /** Which events are meant. */
  private interface Choice {
    boolean of(Event event);
  }

  private Event next(Choice choice) throws InterruptedException {
    Event event = next(choice, PATIENCE);
    assertNotNull(event, "no such event; others: " + unread);
    return event;
  }

  private Event next(Choice choice, Duration patience) throws InterruptedException {
    for (Event event : unread) {
      if (choice.of(event)) {
        unread.remove(event);
        return event;
      }
    }
    long end = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
      Event event = posix().nextEvent(Duration.ofNanos(left));
      if (event != null && choice.of(event)) {
        return event;
      }
      if (event != null) {
        unread.add(event);
      }
    }
    return null;
  }

  @Test
  void a_signal_is_told_by_its_number() throws Exception {
    for (Signal signal :
        List.of(
            Signal.HUP,
            Signal.USR1,
            Signal.USR2,
            Signal.ALRM,
            Signal.WINCH,
            Signal.PWR,
            Signal.INT,
            Signal.TERM)) {
      CallList calls = new CallList();
      int own = calls.add(Syscall.GETPID);
      calls.add(Syscall.KILL, resultOf(own), number(signal.number()));
      posix().call(calls);
      next(e -> e instanceof SignalReceived s && s.number() == signal.number());
      posix().acknowledgeTermination();
    }
  }

  @Test
  void a_signal_is_in_line_until_it_is_taken() throws Exception {
    int number = Signal.USR2.number();
    CallList calls = new CallList();
    int own = calls.add(Syscall.GETPID);
    calls.add(Syscall.KILL, resultOf(own), number(number));
    posix().call(calls);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!posix().signalsInLine().contains(number) && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    assertTrue(posix().signalsInLine().contains(number));
    next(e -> e instanceof SignalReceived s && s.number() == number);
    assertFalse(posix().signalsInLine().contains(number));
  }

  @Test
  void the_end_of_a_child_is_told_once() throws Exception {
    int pid = posix().spawn(shell("exit 3"));
    Choice ofChild = e -> e instanceof ChildEnded c && c.pid() == pid;
    assertEquals(new ChildEnded(pid, WaitStatus.exited(3)), next(ofChild));
    posix().forget(pid);
    assertNull(next(ofChild, SILENCE));
  }

  @Test
  void five_hundred_children_at_once_end_each_with_its_own_code() throws Exception {
    Map<Integer, Integer> expected = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> pids = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        SpawnPlan plan = shell("exit " + i % 251);
        pids.add(threads.submit(() -> posix().spawn(plan)));
      }
      for (int i = 0; i < 500; i++) {
        expected.put(pids.get(i).get(), i % 251);
      }
    }
    assertEquals(500, expected.size());
    for (Map.Entry<Integer, Integer> child : expected.entrySet()) {
      assertEquals(WaitStatus.exited(child.getValue()), await(child.getKey()));
    }
  }

  @Test
  void orphans_are_reaped_and_counted_and_children_are_not() throws Exception {
    next(e -> e instanceof OrphansReaped, SILENCE);
    unread.removeIf(e -> e instanceof OrphansReaped);
    await(posix().spawn(shell("for i in 1 2 3 4 5; do (sleep 0.0$i &); done")));
    long count = 0;
    while (count < 5) {
      count += ((OrphansReaped) next(e -> e instanceof OrphansReaped)).count();
    }
    assertEquals(5, count);
    assertThrows(PosixException.class, () -> posix().spawn(shell("").inDirectory(path("none"))));
    assertNull(next(e -> e instanceof OrphansReaped, SILENCE));
  }

  @Test
  void what_a_watched_descriptor_has_is_told_until_its_end() throws Exception {
    int[] pipe = pipe();
    posix().watch(pipe[0], 0xABCDEF01);
    write(pipe[1], "one");
    assertEquals("one", data(0xABCDEF01));
    write(pipe[1], "two");
    assertEquals("two", data(0xABCDEF01));
    close(pipe[1]);
    DataReceived end = (DataReceived) next(e -> e instanceof DataReceived);
    assertTrue(end.endOfFile());
    assertEquals(0, end.bytes().length);
    assertNull(next(e -> e instanceof DataReceived, SILENCE));
    posix().unwatch(pipe[0]);
    PosixException again = assertThrows(PosixException.class, () -> posix().unwatch(pipe[0]));
    assertEquals(Errno.ENOENT, again.errno());
    close(pipe[0]);
  }

  @Test
  void calls_that_nobody_hears_of_are_made_before_what_is_asked_for_next() throws Exception {
    int[] pipe = pipe(OpenFlags.NONBLOCK);
    CallList unheard = new CallList();
    unheard.attempt(Syscall.WRITE, number(9999), bytes(new byte[1]), number(1));
    unheard.attempt(Syscall.WRITE, number(pipe[1]), bytes(new byte[] {'x'}), number(1));
    posix().callUnheard(unheard);
    CallList calls = new CallList();
    calls.add(Syscall.READ, number(pipe[0]), out(1), number(1));
    assertEquals('x', posix().call(calls).buffer(0)[0]);
    close(pipe[0]);
    close(pipe[1]);
  }

  @Test
  void nothing_is_told_of_a_descriptor_that_is_not_watched_any_longer() throws Exception {
    int[] pipe = pipe();
    posix().watch(pipe[0], 5);
    posix().unwatch(pipe[0]);
    write(pipe[1], "unseen");
    assertNull(next(e -> e instanceof DataReceived, SILENCE));
    posix().watch(pipe[0], 6);
    assertEquals("unseen", data(6));
    posix().unwatch(pipe[0]);
    close(pipe[0]);
    close(pipe[1]);
  }

  @Test
  void a_descriptor_that_is_not_there_or_watched_already_is_refused() throws Exception {
    PosixException failure = assertThrows(PosixException.class, () -> posix().watch(9999, 1));
    assertEquals(Errno.EBADF, failure.errno());
    int[] pipe = pipe();
    posix().watch(pipe[0], 1);
    failure = assertThrows(PosixException.class, () -> posix().watch(pipe[0], 2));
    assertEquals(Errno.EEXIST, failure.errno());
    posix().unwatch(pipe[0]);
    close(pipe[0]);
    close(pipe[1]);
  }

  @Test
  void a_megabyte_through_a_watched_pipe_comes_whole() throws Exception {
    int[] pipe = pipe();
    posix().watch(pipe[0], 9);
    SpawnPlan writer =
        shell("head -c 1048576 /dev/zero").withDescriptors(List.of(new SpawnPlan.Copy(1, pipe[1])));
    int pid = posix().spawn(writer);
    close(pipe[1]);
    long total = 0;
    DataReceived data;
    do {
      data = (DataReceived) next(e -> e instanceof DataReceived d && d.tag() == 9);
      total += data.bytes().length;
    } while (!data.endOfFile());
    assertEquals(1 << 20, total);
    await(pid);
    close(pipe[0]);
  }

  @Test
  void what_is_in_a_descriptor_that_is_read_now_is_in_line_before_what_is_posted_then()
      throws Exception {
    int[] pipe = pipe(OpenFlags.NONBLOCK);
    posix().watch(pipe[0], 12);
    List<ProcessInfo.Held> watched = List.of(new ProcessInfo.Held(pipe[0], 12));
    for (int i = 0; i < 200; i++) {
      String first = "a".repeat(i % 10 * 1000) + i;
      String second = "b" + i;
      write(pipe[1], first);
      write(pipe[1], second);
      posix().readNow(watched);
      posix().post(() -> {});
      StringBuilder told = new StringBuilder();
      for (Event event = posix().nextEvent(PATIENCE);
          !(event instanceof InitProcess.Posted);
          event = posix().nextEvent(PATIENCE)) {
        if (event instanceof DataReceived data && data.tag() == 12) {
          told.append(new String(data.bytes(), StandardCharsets.ISO_8859_1));
        } else {
          unread.add(event);
        }
      }
      assertEquals(first + second, told.toString());
    }
    posix().unwatch(pipe[0]);
    close(pipe[0]);
    close(pipe[1]);
  }

  @Test
  void finish_kills_everything_and_exits_with_the_code() throws Exception {
    Outcome outcome = outcomeOf(Scenario.FINISHES);
    assertEquals(17, outcome.code(), outcome.stderr());
    assertEquals(0, sleepers());
  }

  @Test
  void quit_and_its_sender_are_told() throws Exception {
    Outcome outcome = outcomeOf(Scenario.TELLS_WHO_SENT_QUIT);
    assertEquals(0, outcome.code(), outcome.stderr());
  }

  private static int sleepers() throws IOException {
    int found = 0;
    try (var processes = java.nio.file.Files.list(java.nio.file.Path.of("/proc"))) {
      for (java.nio.file.Path process : processes.toList()) {
        try {
          String line = java.nio.file.Files.readString(process.resolve("cmdline"));
          found += line.equals("sleep\0001000.5\0") ? 1 : 0;
        } catch (IOException e) {
          continue;
        }
      }
    }
    return found;
  }

  private String data(int tag) throws InterruptedException {
    DataReceived data = (DataReceived) next(e -> e instanceof DataReceived d && d.tag() == tag);
    return new String(data.bytes(), StandardCharsets.ISO_8859_1);
  }

  private int[] pipe() throws PosixException {
    return pipe(0);
  }

  private int[] pipe(int flags) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, out(8), number(OpenFlags.CLOEXEC | flags));
    ByteBuffer pair = ByteBuffer.wrap(posix().call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    return new int[] {pair.getInt(), pair.getInt()};
  }

  private void write(int fd, String text) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.WRITE,
        number(fd),
        bytes(text.getBytes(StandardCharsets.ISO_8859_1)),
        number(text.length()));
    posix().call(calls);
  }

  private void close(int fd) {
    new s6j.posix.Files(posix()).close(fd);
  }
}
