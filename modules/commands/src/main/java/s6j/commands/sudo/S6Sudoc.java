package s6j.commands.sudo;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;

import java.nio.ByteBuffer;
import java.util.Arrays;
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
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code s6-sudoc}: asks the s6-sudod at descriptors 6 and 7 to run its program with our arguments,
 * environment and standard descriptors, and ends as that program does.
 */
final class S6Sudoc implements Command {
  private static final String USAGE =
      "s6-sudoc [ -e ] [ -t timeoutconn ] [ -T timeoutrun ] [ args... ]";
  private static final int READ_FD = 6;
  private static final int WRITE_FD = 7;
  private static final int FATAL = 128;

  @Override
  public String name() {
    return "s6-sudoc";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "et:T:", USAGE);
    long connecting = 0;
    long running = 0;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 't' -> connecting = ServerChain.number(option.argument(), USAGE);
        case 'T' -> running = ServerChain.number(option.argument(), USAGE);
        default -> {
          // -e, which is looked at below.
        }
      }
    }
    List<Bytes> variables = options.has('e') ? List.of() : call.environment().entries();
    List<Bytes> arguments = call.arguments().subList(options.end(), call.arguments().size());
    ask(call.posix(), new SudoRequest(arguments, variables), Deadline.in(connecting));
    return endAs(call.posix(), status(call.posix(), Deadline.in(running)));
  }

  private static void ask(Posix posix, SudoRequest request, Deadline deadline)
      throws CommandException {
    byte[] greeting;
    try {
      greeting = read(posix, SudoRequest.GREETING.length(), deadline);
    } catch (PosixException e) {
      throw CommandException.fatal(
          CommandException.SYSTEM,
          "unable to connect to the s6-sudod server - check that you have appropriate"
              + " permissions: "
              + e.getMessage());
    }
    if (!SudoRequest.GREETING.equals(Bytes.of(greeting))) {
      throw CommandException.fatal(
          CommandException.USAGE, "wrong banner: whoever has been connected to is no s6-sudod");
    }
    try {
      MessageSocket socket = new MessageSocket(posix, READ_FD, WRITE_FD);
      socket.send(request.encoded(), List.of(0, 1, 2), deadline);
    } catch (PosixException e) {
      throw CommandException.unable("send to server", e);
    }
    byte answer;
    try {
      answer = read(posix, 1, deadline)[0];
    } catch (PosixException e) {
      throw CommandException.unable("get confirmation from server", e);
    }
    if (answer != 0) {
      throw CommandException.unable(
          "start privileged program: server answered",
          new PosixException(Errno.of(answer & 255), -1));
    }
  }

  private static WaitStatus status(Posix posix, Deadline deadline) throws CommandException {
    try {
      return new WaitStatus(ByteBuffer.wrap(read(posix, 4, deadline)).getInt());
    } catch (PosixException e) {
      throw CommandException.unable("get exit status from server", e);
    }
  }

  /** Exactly so many bytes; EPIPE when there are not. */
  private static byte[] read(Posix posix, int count, Deadline deadline) throws PosixException {
    byte[] all = new byte[0];
    while (all.length < count) {
      Poll poll = new Poll();
      poll.add(READ_FD, Poll.IN);
      if (!poll.await(posix, deadline)) {
        if (deadline.passed()) {
          throw new PosixException(Errno.ETIMEDOUT, -1);
        }
        continue;
      }
      CallList calls = new CallList();
      int left = count - all.length;
      calls.add(Syscall.READ, number(READ_FD), outUpToResult(left), number(left));
      byte[] more = posix.call(calls).buffer(0);
      if (more.length == 0) {
        throw new PosixException(Errno.EPIPE, -1);
      }
      int length = all.length;
      all = Arrays.copyOf(all, length + more.length);
      System.arraycopy(more, 0, all, length, more.length);
    }
    return all;
  }

  private static Next endAs(Posix posix, WaitStatus status) {
    if (!status.signalled()) {
      return Next.exit(status.exitCode());
    }
    CallList calls = new CallList();
    calls.attempt(Syscall.KILL, number(posix.info().pid()), number(status.signal()));
    posix.attempt(calls);
    // It is one that we ignore or have blocked.
    return Next.exit(FATAL + status.signal());
  }
}
