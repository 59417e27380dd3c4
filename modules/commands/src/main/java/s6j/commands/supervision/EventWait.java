package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.supervise.Status;
import s6j.supervise.Tai;

/**
 * Waits for services by listening at their {@code event/} fifodirs: first a FIFO of our own is put
 * there, then the status is read, so that nothing is missed in between. The waiting is done by the
 * calling process, in ppoll.
 */
final class EventWait implements AutoCloseable {
  private static final int FIFO_MODE = 0622;
  private static final short POLLIN = 1;
  private static final int CHUNK = 256;

  private final Invocation call;
  private final List<Place> places = new ArrayList<>();

  /** One service that is waited for. */
  private static final class Place {
    private final Bytes service;
    private Bytes fifo;
    private int fd = -1;
    private int writer = -1;
    private boolean wentDown;
    private boolean failed;

    Place(Bytes service) {
      this.service = service;
    }
  }

  private EventWait(Invocation call) {
    this.call = call;
  }

  /** Begins to listen to the services. */
  static EventWait on(Invocation call, List<Bytes> services) throws CommandException {
    EventWait wait = new EventWait(call);
    for (Bytes service : services) {
      wait.subscribe(service);
    }
    return wait;
  }

  private void subscribe(Bytes service) throws CommandException {
    Place place = new Place(service);
    Bytes name = Bytes.of("ftrig1:" + Tai.of(Instant.now()).label() + ":" + random());
    Bytes directory = service.slash("event");
    Bytes hidden = directory.slash(Bytes.of(".").plus(name));
    place.fifo = directory.slash(name);
    CallList calls = new CallList();
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(hidden),
        number(Stat.FIFO | FIFO_MODE),
        number(0));
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(hidden), number(FIFO_MODE));
    int flags = OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int fd =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(hidden),
            number(flags | OpenFlags.RDONLY));
    int writer =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(hidden),
            number(flags | OpenFlags.WRONLY));
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(hidden),
        number(CallList.AT_FDCWD),
        string(place.fifo),
        number(0));
    try {
      Results results = call.posix().call(calls);
      place.fd = results.fd(fd);
      place.writer = results.fd(writer);
      places.add(place);
    } catch (PosixException e) {
      close();
      throw CommandException.unable("subscribe to events for " + service, e);
    }
  }

  private static String random() {
    String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    StringBuilder six = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      six.append(letters.charAt(ThreadLocalRandom.current().nextInt(letters.length())));
    }
    return six.toString();
  }

  /**
   * Waits.
   *
   * @param condition u, U, d, D, r or R, as the options of s6-svwait
   * @param all whether all services must get there, or one
   * @param timeoutMs 0 for as long as it takes
   * @return the exit code: 0, or how many services have failed for good instead of coming up
   */
  int await(char condition, boolean all, long timeoutMs) throws CommandException {
    long deadline = System.nanoTime() / 1_000_000 + timeoutMs;
    for (; ; ) {
      int there = 0;
      int failures = 0;
      for (Place place : places) {
        failures += place.failed ? 1 : 0;
        there += place.failed || holds(place, condition) ? 1 : 0;
      }
      if (all ? there == places.size() : there > 0) {
        if (failures > 0) {
          call.say("fatal", "some services reported permanent failure or their supervisor died");
        }
        return failures;
      }
      long left = timeoutMs == 0 ? -1 : deadline - System.nanoTime() / 1_000_000;
      if (timeoutMs != 0 && left <= 0) {
        throw CommandException.fatal(CommandException.TIMEOUT, "timed out");
      }
      listen(left, condition);
    }
  }

  private boolean holds(Place place, char condition) throws CommandException {
    Status status;
    try {
      status = ServiceControl.status(call, place.service);
    } catch (PosixException e) {
      throw CommandException.unable("read status for " + place.service, e);
    }
    if (status == null) {
      return false;
    }
    return switch (condition) {
      case 'u' -> status.up();
      case 'U' -> status.up() && status.ready();
      case 'd' -> !status.up();
      case 'D' -> !status.up() && status.ready();
      case 'r' -> place.wentDown && status.up();
      default -> place.wentDown && status.up() && status.ready();
    };
  }

  /** Sleeps until something is told, and reads it. */
  private void listen(long leftMs, char condition) throws CommandException {
    ByteBuffer polled = ByteBuffer.allocate(8 * places.size()).order(ByteOrder.nativeOrder());
    for (Place place : places) {
      polled.putInt(place.fd).putShort(POLLIN).putShort((short) 0);
    }
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PPOLL,
        CallList.bytes(polled.array()),
        number(places.size()),
        leftMs < 0 ? CallList.nothing() : CallList.bytes(timespec(leftMs)),
        CallList.nothing(),
        number(8));
    for (Place place : places) {
      calls.attempt(Syscall.READ, number(place.fd), outUpToResult(CHUNK), number(CHUNK));
    }
    Results results = call.posix().attempt(calls);
    for (int i = 0; i < places.size(); i++) {
      if (!results.failed(i + 1)) {
        take(places.get(i), results.buffer(i + 1), condition);
      }
    }
  }

  private void take(Place place, byte[] events, char condition) throws CommandException {
    for (byte event : events) {
      switch (event) {
        case 'd', 'D' -> place.wentDown = true;
        case 'O' -> place.failed |= "uUrR".indexOf(condition) >= 0;
        case 'x' ->
            throw CommandException.fatal(
                ServiceControl.NOT_SUPERVISED, "supervisor died: " + place.service);
        default -> {
          // Up and ready show in the status.
        }
      }
    }
  }

  private static byte[] timespec(long ms) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putLong(ms / 1000)
        .putLong(ms % 1000 * 1_000_000)
        .array();
  }

  /** Takes the FIFOs away. */
  @Override
  public void close() {
    CallList calls = new CallList();
    for (Place place : places) {
      calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(place.fifo), number(0));
      calls.attempt(Syscall.CLOSE, number(place.fd));
      calls.attempt(Syscall.CLOSE, number(place.writer));
    }
    if (!calls.isEmpty()) {
      call.posix().attempt(calls);
    }
  }
}
