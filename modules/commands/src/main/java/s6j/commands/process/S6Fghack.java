package s6j.commands.process;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code s6-fghack}: runs a program that goes into the background, and stays in the foreground
 * until all that it left behind is gone: they keep copies of a pipe's end, so many that hardly any
 * program closes them all.
 */
final class S6Fghack implements Command {
  private static final String USAGE = "s6-fghack prog...";
  private static final int WROTE = 102;
  private static final int COPIES = 31;
  private static final int F_DUPFD = 0;

  @Override
  public String name() {
    return "s6-fghack";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = !call.arguments().isEmpty() && call.arguments().getFirst().is("--") ? 1 : 0;
    if (call.arguments().size() <= first) {
      throw CommandException.usage(USAGE);
    }
    Bytes program = call.arguments().get(first);
    int[] pipe = pipe(call.posix());
    Next.Exec next = call.exec(first, call.environment());
    int pid = start(call, next, pipe);
    try {
      if (somethingIsWritten(call.posix(), pipe[0])) {
        throw CommandException.fatal(WROTE, program + " wrote on hackpipe");
      }
      return Next.exit(ExitCode.approximate(call.posix().waitFor(pid)));
    } catch (PosixException e) {
      throw CommandException.unable("wait for " + program, e);
    }
  }

  private static int[] pipe(Posix posix) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.PIPE2, out(8), number(OpenFlags.CLOEXEC));
    try {
      ByteBuffer ends = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
      return new int[] {ends.getInt(0), ends.getInt(4)};
    } catch (PosixException e) {
      throw CommandException.unable("create hackpipe", e);
    }
  }

  private static int start(Invocation call, Next.Exec next, int[] pipe) throws CommandException {
    CallList copying = new CallList();
    for (int i = 0; i < COPIES; i++) {
      copying.add(Syscall.FCNTL, number(pipe[1]), number(F_DUPFD), number(0));
    }
    CallList inChild = new CallList();
    inChild.attempt(Syscall.CLOSE, number(pipe[0]));
    CallList closing = new CallList();
    closing.attempt(Syscall.CLOSE, number(pipe[1]));
    try {
      Results copies = call.posix().call(copying);
      for (int i = 0; i < COPIES; i++) {
        closing.attempt(Syscall.CLOSE, number(copies.value(i)));
      }
      int pid = call.chain().spawn(call.posix(), next, List.of(), inChild);
      call.posix().call(closing);
      return pid;
    } catch (PosixException e) {
      throw CommandException.unable("exec " + next.words().getFirst(), e);
    }
  }

  private static boolean somethingIsWritten(Posix posix, int fd) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.READ, number(fd), outUpToResult(1), number(1));
    return posix.call(calls).value(0) > 0;
  }
}
