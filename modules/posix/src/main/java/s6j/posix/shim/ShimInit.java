package s6j.posix.shim;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.ProtocolException;
import s6j.posix.Results;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * The shim as init. Any number of threads may ask at the same time; one thread reads what comes,
 * gives replies to those who wait for them, and puts events into a queue.
 */
public final class ShimInit implements InitProcess {
  private static final int UNSENT_MAX = 32 << 10;

  /** When many children end, many replies are there to be read. */
  private static final int FRAMES_AT_ONCE = 8 << 10;

  private final InputStream in;
  private final OutputStream out;
  private final ProcessInfo info;
  private final FrameWriter writer;

  /** Locked for itself: who writes may have to wait for the shim, which waits for us to read. */
  private final Map<Integer, Waiter> waiters = new HashMap<>();

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Frames that nobody waits for, which go together. */
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  /** The thread that takes events. */
  private Thread taker;

  private Forks forks;
  private int lastId;

  /**
   * Of the events in line, those that init counts: signals and data that it has told of, and keeps
   * until they are dealt with. And how many of them were taken, and whether the last is being
   * handled.
   */
  private final ConcurrentLinkedQueue<Event> told = new ConcurrentLinkedQueue<>();

  private long taken;
  private boolean handling;
  private boolean gone;

  private static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private final Reading reading;
    private final Later later;
    private volatile Frame reply;
    private volatile boolean gone;

    Waiter(Reading reading, Later later) {
      this.reading = reading;
      this.later = later;
    }
  }

  /** What becomes of a reply that nobody waits for. */
  private interface Later {
    void replied(Frame reply);
  }

  /**
   * A list that reads watched descriptors. What it has read takes its place between what the shim
   * has read before and what it reads afterwards, so it is put in line by the reading thread.
   */
  private static final class Reading {
    private static final int CHUNK = 4096;

    private final CallList calls = new CallList();
    private final List<ProcessInfo.Held> watched;
    private boolean mayHaveMore;

    Reading(List<ProcessInfo.Held> watched) {
      this.watched = watched;
      for (ProcessInfo.Held one : watched) {
        calls.attempt(
            Syscall.READ,
            CallList.number(one.fd()),
            CallList.outUpToResult(CHUNK),
            CallList.number(CHUNK));
      }
    }

    void tell(Frame reply, LinkedBlockingQueue<Event> events) {
      Results results = Replies.attempted(reply, calls);
      for (int i = 0; i < watched.size(); i++) {
        byte[] bytes = results.failed(i) ? new byte[0] : results.buffer(i);
        if (bytes.length > 0) {
          events.add(new DataReceived(watched.get(i).tag(), bytes, false));
        }
        mayHaveMore |= bytes.length == CHUNK;
      }
    }
  }

  private ShimInit(InputStream in, OutputStream out, ProcessInfo info) {
    this.in = new BufferedInputStream(in, FRAMES_AT_ONCE);
    this.out = out;
    this.info = info;
    this.writer = new FrameWriter(info.arch());
  }

  /**
   * Reads the greeting of whoever is on the other side of these streams. When it is /init, the
   * reading thread is started.
   *
   * @param forks where those of a command connect to
   * @return a {@link ShimInit}, or a {@link ShimProcess} when it is a command for which this JVM
   *     was started
   */
  public static Posix greet(InputStream in, OutputStream out, Forks forks) throws IOException {
    ShimProcess process = ShimProcess.greet(in, out, forks);
    if (process.info().kind() != ProcessInfo.Kind.INIT) {
      return process;
    }
    ShimInit init = new ShimInit(in, out, process.info());
    Thread reader = new Thread(init::readAll, "shim");
    reader.setDaemon(true);
    reader.start();
    return init;
  }

  /** Tells where forks connect to; {@link #fork} is not possible before. */
  public synchronized void acceptForksAt(Forks where) {
    forks = where;
  }

  private void readAll() {
    try {
      for (; ; ) {
        dispatch(Frame.read(in, Wire.FRAME_MAX));
      }
    } catch (IOException | ProtocolException e) {
      allGone();
    }
  }

  private void dispatch(Frame frame) {
    int type = frame.get8();
    switch (type) {
      case 'R' -> {
        int id = frame.get32();
        Waiter waiter;
        synchronized (waiters) {
          waiter = waiters.remove(id);
        }
        if (waiter != null && waiter.later != null) {
          events.add(new Posted(() -> waiter.later.replied(frame)));
        } else if (waiter != null) {
          if (waiter.reading != null) {
            waiter.reading.tell(frame, events);
          }
          waiter.reply = frame;
          LockSupport.unpark(waiter.thread);
        }
      }
      case 'S' -> {
        int signal = frame.get32();
        tell(new SignalReceived(signal, frame.get32()));
      }
      case 'X' -> {
        int pid = frame.get32();
        events.add(new ChildEnded(pid, new WaitStatus(frame.get32())));
      }
      case 'O' -> events.add(new OrphansReaped(frame.get64()));
      case 'D' -> tell(ShimProcess.dataOf(frame));
      default -> throw new ProtocolException("unexpected frame of type " + type);
    }
  }

  private void tell(Event event) {
    told.add(event);
    events.add(event);
  }

  private void allGone() {
    synchronized (waiters) {
      gone = true;
      for (Waiter waiter : waiters.values()) {
        waiter.gone = true;
        LockSupport.unpark(waiter.thread);
      }
      waiters.clear();
      waiters.notifyAll();
    }
    events.add(new Gone());
  }

  @Override
  public ProcessInfo info() {
    return info;
  }

  @Override
  public Results call(CallList calls) throws PosixException {
    Waiter waiter;
    synchronized (this) {
      waiter = send(writer.begin(Wire.OP_CALLS, ++lastId).putCalls(calls));
    }
    return Replies.results(await(waiter), calls);
  }

  @Override
  public int spawn(SpawnPlan plan) throws PosixException {
    return spawn(plan, 0);
  }

  @Override
  public int spawn(SpawnPlan plan, long tag) throws PosixException {
    CallList calls = SpawnCalls.of(info.arch(), plan);
    if (plan.newPidNamespace()) {
      return spawnInNewPidNamespace(calls, tag);
    }
    Waiter waiter;
    synchronized (this) {
      waiter = send(writer.begin(Wire.OP_SPAWN, ++lastId).put64(tag).putCalls(calls));
    }
    return (int) Replies.value(await(waiter));
  }

  /** No request of another thread may come between: its child would be in that namespace, too. */
  private int spawnInNewPidNamespace(CallList list, long tag) throws PosixException {
    int own = call(PidNamespace.open()).fd(0);
    CallList leaving = PidNamespace.leave();
    CallList comingBack = PidNamespace.comeBack(own);
    Waiter spawned;
    Waiter back;
    synchronized (this) {
      Waiter left = send(writer.begin(Wire.OP_CALLS, ++lastId).putCalls(leaving));
      try {
        Replies.results(await(left), leaving);
      } catch (PosixException e) {
        new Files(this).close(own);
        throw e;
      }
      spawned = send(writer.begin(Wire.OP_SPAWN, ++lastId).put64(tag).putCalls(list));
      back = send(writer.begin(Wire.OP_CALLS, ++lastId).putCalls(comingBack));
    }
    Replies.results(await(back), comingBack);
    return (int) Replies.value(await(spawned));
  }

  @Override
  public Posix fork() throws PosixException {
    Forks where;
    synchronized (this) {
      where = forks;
    }
    if (where == null) {
      throw new IllegalStateException("nowhere to connect to yet");
    }
    long token = where.expect();
    try {
      Waiter waiter;
      synchronized (this) {
        waiter =
            send(
                writer
                    .begin(Wire.OP_FORK, ++lastId)
                    .put64(token)
                    .putBytes(where.socket().toArray()));
      }
      Replies.value(await(waiter));
      return where.meet(token);
    } finally {
      where.forget(token);
    }
  }

  @Override
  public WaitStatus waitFor(int pid) {
    throw new IllegalStateException("init hears of its children by events");
  }

  @Override
  public void watch(int fd, long tag) throws PosixException {
    hold(Wire.OP_WATCH, fd, tag);
  }

  @Override
  public void readNow(List<ProcessInfo.Held> watched) throws PosixException {
    Reading reading;
    if (watched.isEmpty()) {
      return;
    }
    do {
      reading = new Reading(watched);
      Waiter waiter;
      synchronized (this) {
        writer.begin(Wire.OP_CALLS, ++lastId).putCalls(reading.calls);
        waiter = send(writer, new Waiter(reading, null));
      }
      await(waiter);
    } while (reading.mayHaveMore);
  }

  @Override
  public void hold(int fd, long tag) throws PosixException {
    hold(Wire.OP_HOLD, fd, tag);
  }

  private void hold(int op, int fd, long tag) throws PosixException {
    Waiter waiter;
    synchronized (this) {
      waiter = send(writer.begin(op, ++lastId).put32(fd).put64(tag));
    }
    Replies.value(await(waiter));
  }

  @Override
  public void unwatch(int fd) throws PosixException {
    Waiter waiter;
    synchronized (this) {
      waiter = send(writer.begin(Wire.OP_UNWATCH, ++lastId).put32(fd));
    }
    Replies.value(await(waiter));
  }

  @Override
  public synchronized void unwatchLater(int fd, Runnable done) {
    writer.begin(Wire.OP_UNWATCH, ++lastId).put32(fd);
    register(new Waiter(null, reply -> done.run()));
    sendSoon(writer);
  }

  @Override
  public void callLater(CallList calls, Outcome outcome) {
    try {
      synchronized (this) {
        writer.begin(Wire.OP_CALLS, ++lastId).putCalls(calls);
        register(new Waiter(null, reply -> tell(outcome, reply, calls)));
        sendSoon(writer);
      }
    } catch (PosixException e) {
      post(() -> outcome.of(null, e));
    }
  }

  @Override
  public synchronized void callUnheard(CallList calls) {
    try {
      sendSoon(writer.begin(Wire.OP_CALLS_UNHEARD, 0).putCalls(calls));
    } catch (PosixException e) {
      throw new IllegalArgumentException("calls that nobody hears of are few", e);
    }
  }

  private static void tell(Outcome outcome, Frame reply, CallList calls) {
    Results results;
    try {
      results = Replies.results(reply, calls);
    } catch (PosixException e) {
      outcome.of(null, e);
      return;
    }
    outcome.of(results, null);
  }

  @Override
  public Event nextEvent(Duration patience) throws InterruptedException {
    if (handling) {
      handling = false;
      sayHandled();
    }
    sendUnsentUnlessBusy();
    Event event =
        patience == null ? events.take() : events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (event != null && event == told.peek()) {
      told.remove();
      handling = true;
      taken++;
    }
    return event;
  }

  @Override
  public List<Integer> signalsInLine() {
    return SignalReceived.numbersIn(told);
  }

  private synchronized void sayHandled() {
    try {
      sendAlone(writer.begin(Wire.OP_HANDLED, 0).put64(taken));
    } catch (DisconnectedException e) {
      // An event says so.
    }
  }

  @Override
  public void post(Runnable task) {
    events.add(new Posted(task));
  }

  @Override
  public synchronized void forget(int pid) {
    sendSoon(writer.begin(Wire.OP_ACK, 0).put32(pid));
  }

  @Override
  public synchronized void acknowledgeTermination() {
    sendAlone(writer.begin(Wire.OP_ALIVE, 0));
  }

  @Override
  public void finish(int code, boolean sync) {
    synchronized (this) {
      int flags = Wire.FINISH_KILL | (sync ? Wire.FINISH_SYNC : 0);
      sendAlone(writer.begin(Wire.OP_FINISH, 0).put8(flags).put32(code));
    }
    awaitEnd();
  }

  /** Usually it is this JVM that ends first. */
  private void awaitEnd() {
    synchronized (waiters) {
      while (!gone) {
        try {
          waiters.wait();
        } catch (InterruptedException e) {
          // Nothing that this thread could do instead is left.
          continue;
        }
      }
    }
    throw new DisconnectedException("init is gone");
  }

  @Override
  public void exit(int code) {
    finish(code, false);
  }

  @Override
  public void close() {
    try {
      in.close();
      out.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  private Waiter send(FrameWriter frame) {
    return send(frame, new Waiter(null, null));
  }

  private void register(Waiter waiter) {
    synchronized (waiters) {
      if (gone) {
        throw new DisconnectedException("init is gone");
      }
      waiters.put(lastId, waiter);
    }
  }

  private Waiter send(FrameWriter frame, Waiter waiter) {
    register(waiter);
    try {
      sendAlone(frame);
    } catch (RuntimeException e) {
      synchronized (waiters) {
        waiters.remove(lastId);
      }
      throw e;
    }
    return waiter;
  }

  private void sendAlone(FrameWriter frame) {
    try {
      if (unsent.size() == 0) {
        frame.send(out);
      } else {
        frame.send(unsent);
        sendUnsent();
      }
    } catch (IOException e) {
      throw new DisconnectedException("init is gone");
    }
  }

  /**
   * Sends what nobody waits for together with what comes next, or when all events have been taken.
   */
  private void sendSoon(FrameWriter frame) {
    try {
      frame.send(unsent);
      if (Thread.currentThread() != taker || unsent.size() > UNSENT_MAX) {
        sendUnsent();
      }
    } catch (IOException e) {
      throw new DisconnectedException("init is gone");
    }
  }

  private void sendUnsent() throws IOException {
    byte[] all = unsent.toByteArray();
    unsent.reset();
    out.write(all, 0, all.length);
  }

  private synchronized void sendUnsentUnlessBusy() {
    taker = Thread.currentThread();
    if (unsent.size() > 0 && events.isEmpty()) {
      try {
        sendUnsent();
      } catch (IOException e) {
        // An event says so.
      }
    }
  }

  private static Frame await(Waiter waiter) {
    boolean interrupted = false;
    while (waiter.reply == null && !waiter.gone) {
      LockSupport.park(waiter);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (waiter.reply == null) {
      throw new DisconnectedException("init is gone");
    }
    return waiter.reply;
  }
}
