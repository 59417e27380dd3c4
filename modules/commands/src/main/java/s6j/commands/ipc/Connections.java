package s6j.commands.ipc;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.commands.waiting.SignalDescriptor;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/** The connections of one s6-ipcserverd: a child each. */
final class Connections {
  private static final int WNOHANG = 1;

  /** How long nothing is accepted when accepting has failed for want of something. */
  private static final long PAUSE_MILLIS = 500;

  private final Invocation call;
  private final Posix posix;
  private final S6Ipcserverd.Settings settings;
  private final Next.Exec program;
  private final SignalDescriptor signals;

  /** The user of each child. */
  private final Map<Integer, Integer> children = new HashMap<>();

  private final Map<Integer, Integer> countOfUser = new HashMap<>();
  private Deadline pause = Deadline.NEVER;
  private boolean quitting;

  /** From now on signals are read, not obeyed. */
  Connections(Invocation call, S6Ipcserverd.Settings settings, Next.Exec program)
      throws PosixException {
    this.call = call;
    this.posix = call.posix();
    this.settings = settings;
    this.program = program;
    this.signals =
        SignalDescriptor.open(
            posix, Signal.CHLD, Signal.TERM, Signal.HUP, Signal.QUIT, Signal.ABRT, Signal.PIPE);
  }

  /** Serves until a signal says to quit. */
  void serve() throws PosixException {
    say("starting");
    sayStatus();
    while (!quitting) {
      boolean accepting = children.size() < settings.most() && (pause == Deadline.NEVER);
      Poll poll = new Poll();
      int told = poll.add(signals.fd(), Poll.IN);
      int listener = poll.add(accepting ? 0 : -1, Poll.IN);
      boolean something = poll.await(posix, pause);
      if (pause.passed()) {
        pause = Deadline.NEVER;
      }
      if (something && poll.readable(told)) {
        obey(signals.read());
      } else if (something && poll.readable(listener)) {
        accept();
      }
    }
    say("exiting");
  }

  private void obey(List<Signal> received) throws PosixException {
    for (Signal signal : received) {
      switch (signal) {
        case CHLD -> reap();
        case PIPE -> {
          // Nobody reads what we say; the clients are served all the same.
        }
        case TERM -> {
          say("received SIGTERM, quitting");
          quitting = true;
        }
        case HUP -> {
          say("received SIGHUP, sending SIGTERM+SIGCONT to all connections");
          kill(Signal.TERM, Signal.CONT);
        }
        case QUIT -> {
          say("received SIGQUIT, sending SIGTERM+SIGCONT to all connections and quitting");
          kill(Signal.TERM, Signal.CONT);
          quitting = true;
        }
        default -> {
          say("received SIGABRT, sending SIGKILL to all connections and quitting");
          kill(Signal.KILL);
          quitting = true;
        }
      }
    }
  }

  private void kill(Signal... all) {
    CallList calls = new CallList();
    for (int pid : children.keySet()) {
      for (Signal signal : all) {
        calls.attempt(Syscall.KILL, number(pid), number(signal.number()));
      }
    }
    if (!calls.isEmpty()) {
      posix.attempt(calls);
    }
  }

  private void reap() throws PosixException {
    for (; ; ) {
      CallList calls = new CallList();
      calls.attempt(Syscall.WAIT4, number(-1), out(4), number(WNOHANG), number(0));
      Results results = posix.call(calls);
      if (results.value(0) <= 0) {
        return;
      }
      int raw = ByteBuffer.wrap(results.buffer(0)).order(ByteOrder.nativeOrder()).getInt();
      ended((int) results.value(0), new WaitStatus(raw));
    }
  }

  private void ended(int pid, WaitStatus status) {
    Integer uid = children.remove(pid);
    if (uid == null) {
      return;
    }
    countOfUser.merge(uid, -1, Integer::sum);
    countOfUser.remove(uid, 0);
    String how = status.signalled() ? "signal " + status.signal() : "exitcode " + status.exitCode();
    say("end pid " + pid + " uid " + Integer.toUnsignedString(uid) + " " + how);
    sayStatus();
  }

  private void accept() throws PosixException {
    UnixSocket.Accepted connection;
    UnixSocket.Peer peer;
    try {
      connection = UnixSocket.accept(posix, 0, 0);
    } catch (PosixException e) {
      if (!e.is(Errno.EAGAIN) && !e.is(Errno.EINTR)) {
        warn("unable to accept: " + e.getMessage());
        pause = Deadline.in(PAUSE_MILLIS);
      }
      return;
    }
    try {
      peer =
          settings.peers() ? UnixSocket.peer(posix, connection.fd()) : new UnixSocket.Peer(0, 0, 0);
      take(connection, peer);
    } finally {
      UnixSocket.close(posix, connection.fd());
    }
  }

  private void take(UnixSocket.Accepted connection, UnixSocket.Peer peer) {
    String ids = Integer.toUnsignedString(peer.uid()) + ":" + Integer.toUnsignedString(peer.gid());
    int count = countOfUser.getOrDefault(peer.uid(), 0) + 1;
    if (settings.peers() && count > settings.mostOfOne()) {
      say("deny " + ids + " count " + (count - 1) + "/" + settings.mostOfOne());
      return;
    }
    Next.Exec next =
        new Next.Exec(
            program.words(),
            environment(connection, peer, count),
            program.searchPath(),
            null,
            program.by());
    CallList inFork = new CallList();
    signals.appendUndo(inFork);
    List<SpawnPlan.Descriptor> descriptors = new ArrayList<>();
    descriptors.add(new SpawnPlan.Copy(0, connection.fd()));
    descriptors.add(new SpawnPlan.Copy(1, connection.fd()));
    if (connection.fd() > 1) {
      // A program of ours is not exec'd: one copy too many would keep the connection open.
      descriptors.add(new SpawnPlan.Closed(connection.fd()));
    }
    try {
      int pid = call.chain().spawn(posix, next, descriptors, inFork);
      children.put(pid, peer.uid());
      countOfUser.put(peer.uid(), count);
      say("allow " + ids + " pid " + pid + " count " + count + "/" + settings.mostOfOne());
      sayStatus();
    } catch (PosixException e) {
      warn("unable to exec " + program.words().getFirst() + ": " + e.getMessage());
    }
  }

  private Environment environment(UnixSocket.Accepted connection, UnixSocket.Peer peer, int count) {
    Environment environment = call.environment().with("PROTO", "IPC");
    if (!settings.peers()) {
      return environment
          .without("IPCREMOTEEUID")
          .without("IPCREMOTEEGID")
          .with("IPCCONNNUM", "")
          .with("IPCREMOTEPATH", connection.path());
    }
    return environment
        .with("IPCREMOTEEUID", Integer.toUnsignedString(peer.uid()))
        .with("IPCREMOTEEGID", Integer.toUnsignedString(peer.gid()))
        .with("IPCCONNNUM", Integer.toString(count))
        .with("IPCREMOTEPATH", connection.path());
  }

  private void sayStatus() {
    say("status: " + children.size() + "/" + settings.most());
  }

  private void say(String what) {
    if (settings.verbosity() >= 2) {
      call.say("info", what);
    }
  }

  private void warn(String what) {
    if (settings.verbosity() >= 1) {
      call.warn(what);
    }
  }
}
