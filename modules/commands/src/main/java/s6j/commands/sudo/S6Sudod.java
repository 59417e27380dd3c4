package s6j.commands.sudo;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.ipc.MessageSocket;
import s6j.commands.ipc.ServerChain;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.commands.waiting.SignalDescriptor;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.Syscall;

/**
 * {@code s6-sudod}: runs its program for the client that is its stdin and stdout, with the client's
 * arguments added, with the client's standard descriptors, and with the client's values of those
 * variables that are empty here. Who the client may be is for s6-ipcserver-access to say.
 */
final class S6Sudod implements Command {
  private static final String USAGE = "s6-sudod [ -0 ] [ -1 ] [ -2 ] [ -d ] [ -t timeout ] args...";
  private static final int CLIENT_GONE = 1;
  private static final int WNOHANG = 1;

  /** The client's descriptors that its program does not get, and whether it outlives the client. */
  private record Settings(boolean[] withheld, boolean detached, long timeout) {}

  @Override
  public String name() {
    return "s6-sudod";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "012dt:", USAGE);
    long timeout = 0;
    for (Options.Option option : options.list()) {
      if (option.letter() == 't') {
        timeout = ServerChain.number(option.argument(), USAGE);
      }
    }
    boolean detached = options.has('d');
    boolean[] withheld = new boolean[3];
    for (int i = 0; i < 3; i++) {
      withheld[i] = detached || options.has((char) ('0' + i));
    }
    Settings settings = new Settings(withheld, detached, timeout);
    MessageSocket.Message message = message(call.posix(), Deadline.in(timeout));
    SudoRequest request = SudoRequest.decode(message.content());
    if (request == null || message.fds().size() != 3) {
      throw CommandException.fatal(
          CommandException.SYSTEM, "invalid message from client: " + Errno.EPROTO.text());
    }
    List<Bytes> words =
        new ArrayList<>(call.arguments().subList(options.end(), call.arguments().size()));
    words.addAll(request.arguments());
    try {
      return serve(call, settings, words, request, message.fds());
    } catch (PosixException e) {
      throw CommandException.unable("serve client", e);
    }
  }

  private static MessageSocket.Message message(Posix posix, Deadline deadline)
      throws CommandException {
    try {
      new Files(posix).write(1, SudoRequest.GREETING);
      return new MessageSocket(posix, 0, 1).receive(deadline);
    } catch (PosixException e) {
      throw CommandException.unable("read message from client", e);
    }
  }

  private static Next serve(
      Invocation call, Settings settings, List<Bytes> words, SudoRequest request, List<Integer> fds)
      throws PosixException, CommandException {
    Files files = call.files();
    if (words.isEmpty()) {
      // Nothing to be run has run well.
      files.write(1, Bytes.of(new byte[5]));
      return Next.exit(0);
    }
    SignalDescriptor signals = SignalDescriptor.open(call.posix(), Signal.CHLD, Signal.PIPE);
    Next.Exec next = call.exec(words, environment(call.environment(), request));
    CallList inFork = new CallList();
    signals.appendUndo(inFork);
    int pid;
    try {
      pid = call.chain().spawn(call.posix(), next, descriptors(settings, fds), inFork);
    } catch (PosixException e) {
      files.write(1, Bytes.of(new byte[] {(byte) e.errno().number()}));
      throw CommandException.unable("exec " + words.getFirst(), e);
    }
    CallList closing = new CallList();
    for (int fd : fds) {
      closing.attempt(Syscall.CLOSE, number(fd));
    }
    call.posix().call(closing);
    files.write(1, Bytes.of(new byte[1]));
    return await(call.posix(), settings, signals, pid);
  }

  private static List<SpawnPlan.Descriptor> descriptors(Settings settings, List<Integer> fds) {
    List<SpawnPlan.Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      if (!settings.withheld()[i]) {
        descriptors.add(new SpawnPlan.Copy(i, fds.get(i)));
      } else if (i < 2) {
        int flags = i == 0 ? OpenFlags.RDONLY : OpenFlags.WRONLY;
        descriptors.add(new SpawnPlan.Open(i, Bytes.of("/dev/null"), flags, 0));
      }
    }
    for (int fd : fds) {
      if (fd > 2) {
        // A program of ours is not exec'd: one copy too many would keep a pipe open.
        descriptors.add(new SpawnPlan.Closed(fd));
      }
    }
    return descriptors;
  }

  /** Ours, with the client's values where ours are empty. */
  private static Environment environment(Environment own, SudoRequest request) {
    Environment environment = own;
    for (Bytes entry : request.variables()) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        Bytes name = entry.slice(0, equals);
        Bytes value = own.get(name);
        if (value != null && value.isEmpty()) {
          environment = environment.with(name, entry.from(equals + 1));
        }
      }
    }
    return environment;
  }

  /** Waits for the program, and for the client to go away. */
  private static Next await(Posix posix, Settings settings, SignalDescriptor signals, int pid)
      throws PosixException {
    for (; ; ) {
      Poll poll = new Poll();
      int told = poll.add(signals.fd(), Poll.IN);
      int client = poll.add(settings.detached() ? -1 : 0, 0);
      if (!poll.await(posix, Deadline.NEVER)) {
        continue;
      }
      if (poll.readable(told)) {
        signals.read();
        CallList calls = new CallList();
        calls.attempt(Syscall.WAIT4, number(pid), out(4), number(WNOHANG), number(0));
        Results results = posix.call(calls);
        if (results.value(0) == pid) {
          tell(posix, results.buffer(0));
          return Next.exit(0);
        }
      }
      if (poll.readable(client)) {
        CallList calls = new CallList();
        calls.attempt(Syscall.KILL, number(pid), number(Signal.TERM.number()));
        calls.attempt(Syscall.KILL, number(pid), number(Signal.CONT.number()));
        posix.attempt(calls);
        return Next.exit(CLIENT_GONE);
      }
    }
  }

  private static void tell(Posix posix, byte[] status) {
    int raw = ByteBuffer.wrap(status).order(ByteOrder.nativeOrder()).getInt();
    byte[] answer = ByteBuffer.allocate(4).putInt(raw).array();
    CallList calls = new CallList();
    // A client that is gone does not want to know.
    calls.attempt(Syscall.WRITE, number(1), bytes(answer), number(answer.length));
    posix.attempt(calls);
  }
}
