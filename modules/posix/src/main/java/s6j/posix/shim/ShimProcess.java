package s6j.posix.shim;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
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
  /** What a command may send in one frame: arguments and environment up to the kernel's limit. */
  private static final int HELLO_MAX = 16 << 20;

  private final InputStream in;
  private final OutputStream out;
  private final Forks forks;
  private final ProcessInfo info;
  private final FrameWriter writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<DataReceived> data = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private int lastId;

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
    return new ShimProcess(in, out, forks, Frame.read(in, HELLO_MAX).hello());
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
      return Replies.results(exchange(), calls);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    CallList calls = SpawnCalls.of(info.arch(), plan);
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
        Frame frame = read();
        if (frame.get8() != 'D') {
          throw new ProtocolException("expected data");
        }
        data.add(dataOf(frame));
      }
      return data.remove();
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

  /** Waits until {@link #close} has been called. */
  void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      in.close();
      out.close();
    } catch (IOException e) {
      // It is closed all the same, and nobody waits for what was on its way.
    }
  }

  /** Sends the request that has been written and reads frames up to its reply. */
  private Frame exchange() {
    try {
      writer.send(out);
    } catch (IOException e) {
      throw new DisconnectedException("process " + info.pid() + " is gone");
    }
    for (; ; ) {
      Frame frame = read();
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
      data.add(dataOf(frame));
    }
  }

  private Frame read() {
    try {
      return Frame.read(in, Wire.FRAME_MAX);
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
