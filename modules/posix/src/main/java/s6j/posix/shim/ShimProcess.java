package s6j.posix.shim;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.InitProcess.DataReceived;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.ProtocolException;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * A command, or the fork of a process, that the shim serves over a connection of its own: one
 * request after another.
 */
public final class ShimProcess implements Posix {
  /** A frame of data, or any reply but that to a list with large buffers. */
  private static final int FRAME_USUAL = Wire.DATA_MAX + 64;

  /** How much of what it sends unasked is kept for a reader that does not come. */
  private static final long DATA_KEPT_MAX = 4 << 20;

  /** Large frames come one after the other; each would need an array of its own. */
  private static final int ROOM_MIN = 16 << 10;

  private static final byte[] NO_ROOM = {};

  private final InputStream in;
  private final OutputStream out;
  private final Forks forks;
  private final ProcessInfo info;
  private final FrameWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<DataReceived> data = new ArrayDeque<>();
  private int lastId;

  /** Whether a request was begun that has no reply: what comes next would be taken for it. */
  private boolean waiting;

  /** Of the last frame, if that was a large one: it is dealt with when the next one is read. */
  private byte[] room = NO_ROOM;

  private long dataKept;

  private ShimProcess(InputStream in, OutputStream out, Forks forks, ProcessInfo info) {
    this.in = in;
    this.out = out;
    this.forks = forks;
    this.info = info;
    this.writer = new FrameWriter(info.arch());
  }

  /**
   * Reads the greeting of a process.
   *
   * @throws ProtocolException when it is none
   */
  public static ShimProcess greet(InputStream in, OutputStream out, Forks forks)
      throws IOException {
    return new ShimProcess(in, out, forks, Frame.read(in, Wire.HELLO_MAX).hello());
  }

  /** The process whose greeting has been read. */
  static ShimProcess of(InputStream in, OutputStream out, Forks forks, ProcessInfo info) {
    return new ShimProcess(in, out, forks, info);
  }

  @Override
  public ProcessInfo info() {
    return info;
  }

  @Override
  public Results call(CallList calls) throws PosixException {
    lock.lock();
    try {
      writer.begin(Wire.OP_CALLS, ++lastId).putCalls(calls);
      return Replies.results(exchange(Replies.largest(calls)), calls);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    CallList calls = SpawnCalls.of(info.arch(), plan);
    if (plan.newPidNamespace()) {
      return spawnInNewPidNamespace(calls);
    }
    return spawn(calls);
  }

  private int spawnInNewPidNamespace(CallList calls) throws PosixException {
    int own = call(PidNamespace.open()).fd(0);
    lock.lock();
    try {
      leavePidNamespace(own);
      try {
        return spawn(calls);
      } finally {
        call(PidNamespace.comeBack(own));
      }
    } finally {
      lock.unlock();
    }
  }

  private void leavePidNamespace(int own) throws PosixException {
    try {
      call(PidNamespace.leave());
    } catch (PosixException e) {
      new Files(this).close(own);
      throw e;
    }
  }

  private int spawn(CallList calls) throws PosixException {
    lock.lock();
    try {
      writer.begin(Wire.OP_SPAWN, ++lastId).put64(0).putCalls(calls);
      return (int) Replies.value(exchange());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Posix fork() throws PosixException {
    long token = forks.expect();
    try {
      lock.lock();
      try {
        writer.begin(Wire.OP_FORK, ++lastId).put64(token).putBytes(forks.socket().toArray());
        Replies.value(exchange());
      } finally {
        lock.unlock();
      }
      return forks.meet(token);
    } finally {
      forks.forget(token);
    }
  }

  @Override
  public WaitStatus waitFor(int pid) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.WAIT4,
        CallList.number(pid),
        CallList.out(4),
        CallList.nothing(),
        CallList.nothing());
    byte[] status = call(calls).buffer(0);
    return new WaitStatus(
        java.nio.ByteBuffer.wrap(status).order(java.nio.ByteOrder.nativeOrder()).getInt());
  }

  @Override
  public WaitStatus runFirst(List<Bytes> programs, List<Bytes> arguments, Environment environment)
      throws PosixException {
    if (programs.isEmpty()) {
      throw new PosixException(Errno.ENOENT, -1);
    }
    CallList calls = new CallList();
    calls.execFirst(programs, CallList.vector(arguments), CallList.vector(environment.entries()));
    lock.lock();
    try {
      writer.begin(Wire.OP_RUN, ++lastId).putCalls(calls);
      return new WaitStatus((int) Replies.value(exchange()));
    } finally {
      lock.unlock();
    }
  }

  /** Sends what is read from the descriptor as it comes; {@link #nextData} has it. */
  public void watch(int fd, long tag) throws PosixException {
    single(Wire.OP_WATCH, fd, tag);
  }

  /** Reads the descriptor no longer. */
  public void unwatch(int fd) throws PosixException {
    single(Wire.OP_UNWATCH, fd, 0);
  }

  private void single(int op, int fd, long tag) throws PosixException {
    lock.lock();
    try {
      writer.begin(op, ++lastId).put32(fd).put64(tag);
      Replies.value(exchange());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for data of a watched descriptor. Requests of other threads wait meanwhile. */
  public DataReceived nextData() {
    lock.lock();
    try {
      while (data.isEmpty()) {
        Frame frame = read(FRAME_USUAL);
        if (frame.get8() != 'D') {
          throw new ProtocolException("expected data");
        }
        keep(dataOf(frame));
      }
      DataReceived next = data.remove();
      dataKept -= next.bytes().length;
      return next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void exit(int code) {
    lock.lock();
    try {
      writer.begin(Wire.OP_FINISH, ++lastId).put8(0).put32(code).send(out);
    } catch (IOException e) {
      throw new DisconnectedException("process " + info.pid() + " is gone");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void exitAfter(CallList calls, int code) throws PosixException {
    calls.add(Syscall.EXIT_GROUP, CallList.number(code));
    try {
      call(calls);
    } catch (DisconnectedException e) {
      // As it should be.
      return;
    }
  }

  @Override
  public void close() {
    try {
      in.close();
      out.close();
    } catch (IOException e) {
      // It is closed all the same, and nobody waits for what was on its way.
    }
  }

  /** Sends the request that has been written and reads frames up to its reply. */
  private Frame exchange() {
    return exchange(FRAME_USUAL);
  }

  /**
   * The same for a reply that may be larger than usual. The other side is not trusted: it can make
   * us hold no more than what was asked for. When the stack ends in the middle, whoever closes what
   * it has open on its way out must not wait for replies that are not to come.
   */
  private Frame exchange(long largest) {
    if (waiting) {
      throw new DisconnectedException("a request to process " + info.pid() + " was broken off");
    }
    waiting = true;
    try {
      writer.send(out);
    } catch (IOException e) {
      throw new DisconnectedException("process " + info.pid() + " is gone");
    }
    Frame reply = readReply((int) Math.max(FRAME_USUAL, largest));
    waiting = false;
    return reply;
  }

  private Frame readReply(int largest) {
    for (; ; ) {
      Frame frame = read(largest);
      int type = frame.get8();
      if (type == 'R') {
        if (frame.get32() != lastId) {
          throw new ProtocolException("reply to another request");
        }
        return frame;
      }
      if (type != 'D') {
        throw new ProtocolException("unexpected frame of type " + type);
      }
      keep(dataOf(frame));
    }
  }

  private void keep(DataReceived received) {
    // Frames without content cost memory as well.
    dataKept += received.bytes().length;
    if (dataKept > DATA_KEPT_MAX || data.size() > DATA_KEPT_MAX >> 10) {
      throw new ProtocolException("more data than anybody asked for");
    }
    data.add(received);
  }

  private Frame read(int limit) {
    try {
      Frame frame = Frame.read(in, limit, room);
      room = frame.left() >= ROOM_MIN ? frame.room() : NO_ROOM;
      return frame;
    } catch (EOFException e) {
      throw new DisconnectedException("process " + info.pid() + " is gone");
    } catch (IOException e) {
      throw new DisconnectedException("process " + info.pid() + " is gone: " + e.getMessage());
    }
  }

  static DataReceived dataOf(Frame frame) {
    long tag = frame.get64();
    boolean end = frame.get8() != 0;
    return new DataReceived(tag, frame.getArray(frame.left()), end);
  }
}
