package s6j.posix.jnr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.ffi.Pointer;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Makes the calls of a list in this process, with the meaning that {@code make_calls} of the shim
 * gives them. Always on the same thread: identity, and where it could be had working directory and
 * umask, are that thread's.
 */
final class Interpreter {
  private final ProcessInfo info;
  private final Inheritance inheritance;

  Interpreter(ProcessInfo info, Inheritance inheritance) {
    this.info = info;
    this.inheritance = inheritance;
  }

  Results make(CallList list) throws PosixException {
    try (NativeMemory memory = new NativeMemory()) {
      return new Run(list, memory).all();
    }
  }

  /** One list on its way. */
  private final class Run {
    private final List<Call> calls;
    private final NativeMemory memory;
    private final long[] values;
    private final byte[][][] buffers;
    private boolean surprised;
    private long[] before = new long[Call.ARGUMENTS_MAX];

    Run(CallList list, NativeMemory memory) {
      this.calls = list.calls();
      this.memory = memory;
      this.values = new long[calls.size()];
      this.buffers = new byte[calls.size()][][];
    }

    Results all() throws PosixException {
      for (int i = 0; i < calls.size(); i++) {
        values[i] = one(i, calls.get(i));
        if (Native.failed(values[i])) {
          Errno errno = Errno.of((int) -values[i]);
          if (!calls.get(i).tolerance().covers(errno)) {
            throw new PosixException(errno, i);
          }
        } else if (surprised || isInPart(calls.get(i), values[i])) {
          throw PosixException.inPart(i, values[i]);
        }
      }
      return new Results(values, buffers);
    }

    private static boolean isInPart(Call call, long value) {
      return call.tolerance() == Call.Tolerance.NOT_EVEN_PART
          && call.arguments().get(2) instanceof Call.Immediate all
          && value < all.value();
    }

    private long one(int index, Call call) {
      List<Call.Argument> arguments = call.arguments();
      long[] a = new long[Call.ARGUMENTS_MAX];
      for (int i = 0; i < arguments.size(); i++) {
        a[i] =
            arguments.get(i) instanceof Call.Again ? before[i] : argument(arguments.get(i), index);
      }
      before = a;
      int number = call.syscall().number(Native.ARCH);
      long value = call.syscall() == Syscall.EXECVE ? exec(number, a) : Native.attempt(number, a);
      buffers[index] = outputs(arguments, a, value);
      surprised = !isAsExpected(arguments, a, value);
      inheritance.note(call.syscall(), a, value);
      return value;
    }

    private static boolean isAsExpected(List<Call.Argument> arguments, long[] a, long value) {
      for (int i = 0; i < arguments.size(); i++) {
        if (arguments.get(i) instanceof Call.Expected expected) {
          int length = expected.bytes().length;
          return value == length
              && Arrays.equals(NativeMemory.copy(a[i], length), expected.bytes());
        }
      }
      return true;
    }

    /** The new program gets neither what the JVM has open nor what it blocks. */
    private long exec(int number, long[] a) {
      inheritance.seal();
      long mask = SignalMask.setAsAtStart();
      try {
        return Native.attempt(number, a);
      } finally {
        SignalMask.set(mask);
      }
    }

    private long argument(Call.Argument argument, int index) {
      return switch (argument) {
        case Call.Immediate immediate -> immediate.value();
        case Call.In in -> memory.bytes(in.bytes());
        case Call.Part part ->
            memory.bytes(
                Arrays.copyOfRange(part.array(), part.from(), part.from() + part.length()));
        case Call.Out out -> memory.allocate(out.size());
        case Call.OutUpToResult out -> memory.allocate(out.size());
        case Call.Expected expected -> memory.allocate(expected.size());
        case Call.InOut inOut -> memory.bytes(inOut.bytes());
        case Call.MessageIn message ->
            memory.message(
                memory.bytes(message.data()),
                message.data().length,
                memory.bytes(message.control()),
                message.control().length);
        case Call.MessageOut message ->
            memory.message(
                memory.allocate(message.size()),
                message.size(),
                memory.allocate(message.controlSize()),
                message.controlSize());
        case Call.Vector vector -> memory.vector(vector.strings());
        case Call.ResultOf result -> earlier(result.index(), index);
        case Call.CellWith cell -> cell(earlier(cell.index(), index));
        case Call.OwnEnvironment own -> memory.vector(info.environment().entries());
        case Call.Again again -> throw new IllegalArgumentException("nothing is before it");
        case Call.OwnArguments own -> memory.vector(ownArguments(own.from()));
      };
    }

    private long earlier(int wanted, int index) {
      if (wanted < 0 || wanted >= index) {
        throw new IllegalArgumentException("call " + index + " wants the result of " + wanted);
      }
      return values[wanted];
    }

    private long cell(long value) {
      long address = memory.allocate(4);
      Pointer cell = NativeMemory.at(address, 4);
      cell.putInt(0, (int) value);
      return address;
    }

    private List<Bytes> ownArguments(int from) {
      return info.arguments().subList(from, info.arguments().size());
    }

    /** The buffers that come back; of the last one only what the call says that it has filled. */
    private byte[][] outputs(List<Call.Argument> arguments, long[] a, long value) {
      List<byte[]> filled = new ArrayList<>(1);
      for (int i = 0; i < arguments.size(); i++) {
        if (arguments.get(i) instanceof Call.Out out) {
          filled.add(NativeMemory.copy(a[i], out.size()));
        } else if (arguments.get(i) instanceof Call.InOut inOut) {
          filled.add(NativeMemory.copy(a[i], inOut.bytes().length));
        } else if (arguments.get(i) instanceof Call.MessageOut message) {
          filled.add(NativeMemory.copy(NativeMemory.control(a[i]), message.controlSize()));
          int kept = Math.clamp(value, 0, message.size());
          filled.add(NativeMemory.copy(NativeMemory.data(a[i]), kept));
        } else if (arguments.get(i) instanceof Call.OutUpToResult out) {
          int kept = Math.clamp(value, 0, out.size());
          filled.add(NativeMemory.copy(a[i], kept));
        }
      }
      return filled.toArray(new byte[0][]);
    }
  }
}
