package s6j.execline.commands;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Descriptors;
import s6j.execline.process.Fcntl;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** The commands that move descriptors about and open no file. */
final class DescriptorCommands {
  private DescriptorCommands() {}

  static List<Command> commands() {
    return List.of(
        new FdMove(), new FdClose(), new FdBlock(), new FdSwap(), new FdReserve(), new PipeRw());
  }

  /** {@code fdmove [-c] to from prog}: moves a descriptor, with {@code -c} copies it. */
  private static final class FdMove extends ExeclineCommand {
    FdMove() {
      super("fdmove", "[ -c ] to from program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "c");
      argument(call, options.end() + 2);
      int to = descriptor(call, argument(call, options.end()));
      int from = descriptor(call, argument(call, options.end() + 1));
      boolean copy = options.has('c');
      if (copy || to != from) {
        CallList calls = new CallList();
        calls.add(Syscall.DUP3, number(from), number(to), number(0));
        if (!copy) {
          calls.add(Syscall.CLOSE, number(from));
        }
        Descriptors.demand(call.posix(), calls, "move fd " + from + " to fd " + to);
      }
      return call.exec(options.end() + 2, call.environment());
    }
  }

  /** {@code fdclose fd prog}. */
  private static final class FdClose extends ExeclineCommand {
    FdClose() {
      super("fdclose", "fd program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 1);
      call.files().close(descriptor(call, argument(call, 0)));
      return call.exec(1, call.environment());
    }
  }

  /** {@code fdblock [-n] fd prog}: makes a descriptor block, with {@code -n} not block. */
  private static final class FdBlock extends ExeclineCommand {
    FdBlock() {
      super("fdblock", "[ -n ] fd program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      Options options = options(call, "n");
      argument(call, options.end() + 1);
      int fd = descriptor(call, argument(call, options.end()));
      boolean not = options.has('n');
      String complaint = not ? "ndelay_on" : "ndelay_off";
      CallList asking = new CallList();
      asking.add(Syscall.FCNTL, number(fd), number(Fcntl.GETFL));
      long before = Descriptors.demand(call.posix(), asking, complaint).value(0);
      CallList calls = new CallList();
      long flags = not ? before | OpenFlags.NONBLOCK : before & ~OpenFlags.NONBLOCK;
      calls.add(Syscall.FCNTL, number(fd), number(Fcntl.SETFL), number(flags));
      Descriptors.demand(call.posix(), calls, complaint);
      return call.exec(options.end() + 1, call.environment());
    }
  }

  /** {@code fdswap fd1 fd2 prog}. */
  private static final class FdSwap extends ExeclineCommand {
    FdSwap() {
      super("fdswap", "fd1 fd2 program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 2);
      int one = descriptor(call, argument(call, 0));
      int other = descriptor(call, argument(call, 1));
      CallList calls = new CallList();
      int kept =
          calls.add(
              Syscall.FCNTL,
              number(one),
              number(Fcntl.DUPFD_CLOEXEC),
              number(Math.max(one, other) + 1));
      if (one != other) {
        calls.add(Syscall.DUP3, number(other), number(one), number(0));
        calls.add(Syscall.DUP3, resultOf(kept), number(other), number(0));
      }
      calls.add(Syscall.CLOSE, resultOf(kept));
      Descriptors.demand(call.posix(), calls, "swap fds");
      return call.exec(2, call.environment());
    }
  }

  /** {@code fdreserve n prog}: the numbers of n free descriptors, as FD0, FD1 ... */
  private static final class FdReserve extends ExeclineCommand {
    /** Two calls each have to fit a list. */
    private static final int MANY = 30000;

    FdReserve() {
      super("fdreserve", "n program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 1);
      int n = small(argument(call, 0));
      if (n > MANY) {
        throw CommandException.unable("reserve fds", new PosixException(Errno.of(24), -1));
      }
      CallList calls = new CallList();
      for (int i = 0; i < n; i++) {
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            CallList.string("/"),
            number(OpenFlags.RDONLY | OpenFlags.CLOEXEC));
      }
      for (int i = 0; i < n; i++) {
        calls.add(Syscall.CLOSE, resultOf(i));
      }
      List<Bytes> entries = new ArrayList<>(n);
      if (n > 0) {
        Results results = Descriptors.demand(call.posix(), calls, "reserve fds");
        for (int i = 0; i < n; i++) {
          entries.add(Bytes.of("FD" + i + "=" + results.fd(i)));
        }
      }
      return call.exec(1, call.environment().withAll(Environment.ofEntries(entries)));
    }
  }

  /** {@code piperw fdr fdw prog}: a pipe, as two descriptors. */
  private static final class PipeRw extends ExeclineCommand {
    PipeRw() {
      super("piperw", "fdr fdw program...");
    }

    @Override
    public Next run(Invocation call) throws CommandException {
      argument(call, 2);
      int read = descriptor(call, argument(call, 0));
      int write = descriptor(call, argument(call, 1));
      if (read == write) {
        throw usage();
      }
      Descriptors.Pipe pipe = Descriptors.pipe(call.posix());
      CallList calls = new CallList();
      int above = Math.max(3, Math.max(read, write) + 1);
      int[] ends = {pipe.readEnd(), pipe.writeEnd()};
      int[] moved = new int[2];
      for (int i = 0; i < 2; i++) {
        moved[i] =
            calls.add(Syscall.FCNTL, number(ends[i]), number(Fcntl.DUPFD_CLOEXEC), number(above));
        calls.add(Syscall.CLOSE, number(ends[i]));
      }
      for (int i = 0; i < 2; i++) {
        calls.add(Syscall.DUP3, resultOf(moved[i]), number(i == 0 ? read : write), number(0));
        calls.add(Syscall.CLOSE, resultOf(moved[i]));
      }
      Descriptors.demand(call.posix(), calls, "move fds");
      return call.exec(2, call.environment());
    }
  }
}
