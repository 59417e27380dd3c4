package s6j.logging;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * Reads a pipe without taking from it: tee(2) copies what it holds to a pipe of our own. It is
 * taken from stdin only by the list that has written it, so that whatever ends between reading and
 * writing, this process or the JVM, the lines are still in the pipe for the next logger. A line may
 * be written twice then, and none is lost.
 */
final class PipeInput implements Input {
  private static final int SPLICE_NONBLOCK = 2;

  private static final int F_SETPIPE_SZ = 1031;
  private static final int F_GETPIPE_SZ = 1032;

  /**
   * What the pipe may hold when there is much to read: twice what is read at a time, so that its
   * writer goes on while that is dealt with, and the next read finds more than a rest.
   */
  private static final int LARGE_CAPACITY = 128 << 10;

  /** So much that has not been taken is read once more at most. */
  private static final int MAX = 1 << 20;

  private final Posix posix;
  private final int readEnd;
  private final int writeEnd;
  private final int sink;
  private int toTake;
  private int taking = -1;
  private int ready = -1;
  private int look = -1;
  private boolean hungUp;
  private int read;
  private boolean mayGrow;

  /**
   * Whether it has no name by which somebody could open it: then whoever has left does not come.
   */
  private final boolean unnamed;

  private PipeInput(
      Posix posix, int readEnd, int writeEnd, int sink, boolean mayGrow, boolean unnamed) {
    this.posix = posix;
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
    this.sink = sink;
    this.mayGrow = mayGrow;
    this.unnamed = unnamed;
  }

  /** Null when stdin is no pipe, or the kernel has no such calls for us. */
  static PipeInput of(Posix posix) throws PosixException {
    CallList calls = new CallList();
    calls.attemptFstat(number(0));
    calls.attempt(Syscall.PIPE2, CallList.out(8), number(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK));
    calls.attempt(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string("/dev/null"),
        number(OpenFlags.WRONLY | OpenFlags.CLOEXEC));
    calls.attempt(Syscall.FCNTL, number(0), number(F_GETPIPE_SZ), nothing());
    Results results = posix.call(calls);
    if (results.failed(0)
        || results.failed(1)
        || results.failed(2)
        || Stat.of(results.buffer(0)).type() != Stat.FIFO) {
      return null;
    }
    ByteBuffer ends = ByteBuffer.wrap(results.buffer(1)).order(ByteOrder.nativeOrder());
    boolean small = !results.failed(3) && results.value(3) < LARGE_CAPACITY;
    boolean unnamed = deviceOf(posix, ends.getInt(0)) == Stat.of(results.buffer(0)).device();
    PipeInput input =
        new PipeInput(posix, ends.getInt(0), ends.getInt(4), results.fd(2), small, unnamed);
    return input.works() ? input : null;
  }

  private static long deviceOf(Posix posix, int fd) throws PosixException {
    CallList calls = new CallList();
    int stat = calls.attemptFstat(number(fd));
    Results results = posix.call(calls);
    return results.failed(stat) ? -1 : Stat.of(results.buffer(stat)).device();
  }

  /** Tries both calls on one byte, if there is one. */
  private boolean works() throws PosixException {
    CallList calls = new CallList();
    calls.attempt(Syscall.TEE, number(0), number(writeEnd), number(1), number(SPLICE_NONBLOCK));
    splice(calls, readEnd, 1);
    Results results = posix.call(calls);
    return possible(results, 0) && possible(results, 1);
  }

  private static boolean possible(Results results, int call) {
    return !results.failed(call) || results.errno(call).equals(s6j.posix.Errno.EAGAIN);
  }

  private int splice(CallList calls, int from, int count) {
    return calls.attempt(
        Syscall.SPLICE,
        number(from),
        nothing(),
        number(sink),
        nothing(),
        number(count),
        number(SPLICE_NONBLOCK));
  }

  @Override
  public void append(CallList calls, Waiting waiting, int reading, boolean mayTake) {
    taking = toTake > 0 && mayTake ? splice(calls, 0, toTake) : -1;
    look = -1;
    if (reading == 0) {
      ready = -1;
      waiting.append(calls);
      look = unnamed ? Waiting.appendLook(calls, Waiting.HANGUP) : -1;
      return;
    }
    if (mayGrow && reading == SharedRoom.LARGE_READ) {
      // Once: whoever wants it otherwise later has a reason. It may fail, as it does without.
      mayGrow = false;
      calls.attempt(Syscall.FCNTL, number(0), number(F_SETPIPE_SZ), number(LARGE_CAPACITY));
    }
    // What has not been taken comes again, before anything else.
    int size = taking < 0 ? Math.max(reading, Math.min(toTake, MAX) + reading) : reading;
    waiting.watch(0, Waiting.READABLE);
    waiting.append(calls);
    // A fifo that has had no writer yet reads like one that will have none any more; only poll
    // knows which it is.
    ready = Waiting.appendLook(calls, Waiting.READABLE);
    calls.attempt(Syscall.TEE, number(0), number(writeEnd), number(size), number(SPLICE_NONBLOCK));
    read = calls.attempt(Syscall.READ, number(readEnd), outUpToResult(size), number(size));
  }

  @Override
  public Chunk received(Results results) {
    took(results);
    hungUp = look >= 0 && results.value(look) == 1;
    if (ready < 0) {
      return Chunk.NONE;
    }
    byte[] bytes = results.buffer(read);
    if (bytes.length > 0) {
      // What should have been taken and was not has come again.
      int again = Math.min(toTake, bytes.length);
      return new Chunk(
          again == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, again, bytes.length), false);
    }
    boolean end = results.value(ready) == 1 && results.value(ready + 1) == 0;
    return end ? new Chunk(null, true) : Chunk.NONE;
  }

  private void took(Results results) {
    if (taking >= 0 && !results.failed(taking)) {
      toTake -= (int) Math.min(toTake, results.value(taking));
    }
    taking = -1;
  }

  @Override
  public boolean hungUp() {
    return hungUp;
  }

  @Override
  public void dealtWith(int count) {
    toTake += count;
  }

  @Override
  public boolean givesAgain() {
    return true;
  }

  @Override
  public long available() {
    return new Files(posix).readable(0) - toTake;
  }

  private void take() throws PosixException {
    if (toTake > 0) {
      CallList calls = new CallList();
      taking = splice(calls, 0, toTake);
      took(posix.call(calls));
    }
  }

  @Override
  public void close(boolean mayTake) throws PosixException {
    if (mayTake) {
      take();
    }
    CallList calls = new CallList();
    for (int fd : new int[] {0, readEnd, writeEnd, sink}) {
      calls.attempt(Syscall.CLOSE, number(fd));
    }
    posix.call(calls);
  }
}
