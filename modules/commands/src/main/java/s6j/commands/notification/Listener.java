package s6j.commands.notification;

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
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.supervise.Tai;

/**
 * Listens at fifodirs, by a FIFO of its own in each. The waiting is done by the calling process, in
 * ppoll.
 */
public final class Listener implements AutoCloseable {
  /** A deadline that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int FIFO_MODE = 0622;
  private static final short POLLIN = 1;
  private static final int CHUNK = 256;
  private static final long NANOS = 1_000_000_000L;
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final Posix posix;
  private final List<Source> sources = new ArrayList<>();

  /**
   * What is read.
   *
   * @param fifo its name, to be removed at the end; null for a descriptor that somebody else gave
   * @param writer keeps the FIFO from ending when a notifier closes it; -1 where there is none
   */
  private record Source(Bytes fifo, int fd, int writer) {}

  /** Listens by this process. */
  public Listener(Posix posix) {
    this.posix = posix;
  }

  /** The deadline that is so many milliseconds from now; 0 for none. */
  public static long deadline(long millis) {
    return millis == 0 ? NEVER : System.nanoTime() / 1_000_000 + millis;
  }

  /** Whether a deadline has come. */
  public static boolean isOver(long deadline) {
    return deadline != NEVER && System.nanoTime() / 1_000_000 >= deadline;
  }

  /**
   * Begins to listen at a fifodir, as the next source.
   *
   * @throws PosixException when there can be no FIFO in it
   */
  public void listen(Bytes fifodir) throws PosixException {
    Bytes name = Bytes.of("ftrig1:" + Tai.of(Instant.now()).label() + ":" + random());
    Bytes hidden = fifodir.slash(Bytes.of(".").plus(name));
    Bytes fifo = fifodir.slash(name);
    CallList calls = new CallList();
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(hidden),
        number(Stat.FIFO | FIFO_MODE),
        number(0));
    // Whoever makes it is the only one to read it; all may write.
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(hidden), number(FIFO_MODE));
    int fd = appendOpen(calls, hidden, OpenFlags.RDONLY);
    int writer = appendOpen(calls, hidden, OpenFlags.WRONLY);
    calls.add(
        Syscall.RENAMEAT2,
        number(CallList.AT_FDCWD),
        string(hidden),
        number(CallList.AT_FDCWD),
        string(fifo),
        number(0));
    Results results = posix.call(calls);
    sources.add(new Source(fifo, results.fd(fd), results.fd(writer)));
  }

  private static int appendOpen(CallList calls, Bytes path, int access) {
    return calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(access | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
  }

  /** Reads a descriptor that does not block as the next source; it is closed at the end. */
  void watch(int fd) {
    sources.add(new Source(null, fd, -1));
  }

  private static String random() {
    StringBuilder six = new StringBuilder(6);
    for (int i = 0; i < 6; i++) {
      six.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
    }
    return six.toString();
  }

  /**
   * Sleeps until a source has something to tell, a signal comes or the deadline does.
   *
   * @return for each source what was read, or null for nothing
   */
  public List<byte[]> await(long deadline) {
    ByteBuffer polled = ByteBuffer.allocate(8 * sources.size()).order(ByteOrder.nativeOrder());
    for (Source source : sources) {
      polled.putInt(source.fd).putShort(POLLIN).putShort((short) 0);
    }
    CallList calls = new CallList();
    calls.attempt(
        Syscall.PPOLL,
        CallList.bytes(polled.array()),
        number(sources.size()),
        timeLeft(deadline),
        CallList.nothing(),
        number(8));
    for (Source source : sources) {
      calls.attempt(Syscall.READ, number(source.fd), outUpToResult(CHUNK), number(CHUNK));
    }
    Results results = posix.attempt(calls);
    List<byte[]> told = new ArrayList<>(sources.size());
    for (int i = 0; i < sources.size(); i++) {
      boolean nothing = results.failed(i + 1) || results.buffer(i + 1).length == 0;
      told.add(nothing ? null : results.buffer(i + 1));
    }
    return told;
  }

  private static s6j.posix.Call.Argument timeLeft(long deadline) {
    if (deadline == NEVER) {
      return CallList.nothing();
    }
    long left = Math.max(0, deadline - System.nanoTime() / 1_000_000) * 1_000_000;
    return CallList.bytes(
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(left / NANOS)
            .putLong(left % NANOS)
            .array());
  }

  /**
   * Runs the words of a command line from {@code from} on as a child that is not waited for.
   *
   * @throws CommandException when there is no such program
   */
  public void spawn(Invocation call, int from) throws CommandException {
    Next.Exec program = call.exec(from, call.environment());
    try {
      // A child must not keep FIFOs alive that its parent has left.
      call.chain().spawn(posix, program, List.of(), descriptorsClosed());
    } catch (PosixException e) {
      throw CommandException.unable("spawn " + program.words().getFirst(), e);
    }
  }

  /** The calls that let go of the descriptors. */
  CallList descriptorsClosed() {
    CallList calls = new CallList();
    for (Source source : sources) {
      calls.attempt(Syscall.CLOSE, number(source.fd));
      if (source.writer >= 0) {
        calls.attempt(Syscall.CLOSE, number(source.writer));
      }
    }
    return calls;
  }

  /** Takes the FIFOs away. */
  @Override
  public void close() {
    CallList calls = descriptorsClosed();
    for (Source source : sources) {
      if (source.fifo != null) {
        calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(source.fifo), number(0));
      }
    }
    sources.clear();
    if (!calls.isEmpty()) {
      posix.attempt(calls);
    }
  }
}
