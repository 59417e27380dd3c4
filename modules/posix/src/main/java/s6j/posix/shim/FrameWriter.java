package s6j.posix.shim;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/**
 * Builds one request frame after another in a buffer of its own. Native byte order: both sides run
 * on one machine.
 */
final class FrameWriter {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int FIRST = 512;
  private static final int SMALL = 4096;
  private static final int KEEP = 256 << 10;

  private final Arch arch;
  private byte[] buffer = new byte[FIRST];
  private int length;

  FrameWriter(Arch arch) {
    this.arch = arch;
  }

  FrameWriter begin(int op, int id) {
    if (buffer.length > KEEP) {
      buffer = new byte[SMALL];
    }
    length = 4;
    put8(op);
    put32(id);
    return this;
  }

  /** Sends the frame in one write. Room that this one did not need is not kept. */
  void send(OutputStream to) throws IOException {
    set32(0, length - 4);
    to.write(buffer, 0, length);
    if (length <= SMALL && buffer.length > 2 * SMALL) {
      buffer = new byte[SMALL];
    }
  }

  FrameWriter put8(int value) {
    room(1);
    buffer[length++] = (byte) value;
    return this;
  }

  FrameWriter put16(int value) {
    room(2);
    buffer[length] = (byte) (LITTLE ? value : value >> 8);
    buffer[length + 1] = (byte) (LITTLE ? value >> 8 : value);
    length += 2;
    return this;
  }

  FrameWriter put32(int value) {
    room(4);
    set32(length, value);
    length += 4;
    return this;
  }

  FrameWriter put64(long value) {
    room(8);
    set32(length, (int) (LITTLE ? value : value >> 32));
    set32(length + 4, (int) (LITTLE ? value >> 32 : value));
    length += 8;
    return this;
  }

  FrameWriter putBytes(byte[] bytes) {
    return putBytes(bytes, 0, bytes.length);
  }

  private FrameWriter putBytes(byte[] from, int start, int count) {
    put32(count);
    room(count);
    System.arraycopy(from, start, buffer, length, count);
    length += count;
    return this;
  }

  /**
   * Appends the calls of a list.
   *
   * @throws PosixException with E2BIG when the request or the reply to it would not fit a frame
   * @throws IllegalArgumentException when the list has more calls than can be counted
   */
  FrameWriter putCalls(CallList list) throws PosixException {
    List<Call> calls = list.calls();
    if (calls.size() > Wire.CALLS_MAX) {
      throw new IllegalArgumentException(calls.size() + " calls in one list");
    }
    if (Replies.largest(list) > Wire.REPLY_MAX) {
      throw new PosixException(Errno.E2BIG, -1);
    }
    put16(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      putCall(calls.get(i));
      if (length - 4 > Wire.FRAME_MAX) {
        throw new PosixException(Errno.E2BIG, -1);
      }
    }
    return this;
  }

  private void putCall(Call call) {
    put32(call.syscall().number(arch));
    put8(flags(call.tolerance()));
    List<Call.Argument> arguments = call.arguments();
    put8(arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      putArgument(arguments.get(i));
    }
  }

  private static int flags(Call.Tolerance tolerance) {
    if (tolerance == Call.Tolerance.NONE) {
      return 0;
    }
    if (tolerance == Call.Tolerance.NOT_EVEN_PART) {
      return Wire.WHOLE;
    }
    return tolerance == Call.Tolerance.ALL ? Wire.MAY_FAIL : Wire.MAY_BE_ABSENT;
  }

  private void putArgument(Call.Argument argument) {
    if (argument instanceof Call.Immediate immediate) {
      put8(Wire.ARG_IMMEDIATE).put64(immediate.value());
    } else if (argument instanceof Call.In in) {
      put8(Wire.ARG_IN).putBytes(in.bytes());
    } else if (argument instanceof Call.Part part) {
      put8(Wire.ARG_IN).putBytes(part.array(), part.from(), part.length());
    } else if (argument instanceof Call.Out out) {
      put8(Wire.ARG_OUT).put32(out.size());
    } else if (argument instanceof Call.OutUpToResult out) {
      put8(Wire.ARG_OUT_UP_TO_RESULT).put32(out.size());
    } else if (argument instanceof Call.Vector vector) {
      putVector(vector.strings());
    } else if (argument instanceof Call.ResultOf result) {
      put8(Wire.ARG_RESULT).put16(result.index());
    } else if (argument instanceof Call.CellWith cell) {
      put8(Wire.ARG_CELL).put16(cell.index());
    } else if (argument instanceof Call.Again) {
      put8(Wire.ARG_AGAIN);
    } else if (argument instanceof Call.OwnArguments own) {
      put8(Wire.ARG_ARGUMENTS).put32(own.from());
    } else if (argument instanceof Call.OwnEnvironment) {
      put8(Wire.ARG_ENVIRONMENT);
    } else {
      putRareArgument(argument);
    }
  }

  private void putRareArgument(Call.Argument argument) {
    if (argument instanceof Call.InOut inOut) {
      put8(Wire.ARG_IN_OUT).putBytes(inOut.bytes());
    } else if (argument instanceof Call.Expected expected) {
      put8(Wire.ARG_EXPECTED).put32(expected.size()).putBytes(expected.bytes());
    } else if (argument instanceof Call.MessageIn message) {
      put8(Wire.ARG_MESSAGE).putBytes(message.data()).putBytes(message.control());
    } else if (argument instanceof Call.MessageOut message) {
      put8(Wire.ARG_MESSAGE_OUT).put32(message.size()).put32(message.controlSize());
    }
  }

  private void putVector(List<Bytes> strings) {
    put8(Wire.ARG_VECTOR).put32(strings.size());
    for (int i = 0; i < strings.size(); i++) {
      Bytes string = strings.get(i);
      put32(string.length() + 1);
      room(string.length() + 1);
      string.copyInto(buffer, length);
      length += string.length();
      buffer[length++] = 0;
    }
  }

  /** Without a loop, as it is interpreted some ten thousand times before it is compiled. */
  private void set32(int at, int value) {
    byte[] to = buffer;
    if (LITTLE) {
      to[at] = (byte) value;
      to[at + 1] = (byte) (value >> 8);
      to[at + 2] = (byte) (value >> 16);
      to[at + 3] = (byte) (value >> 24);
    } else {
      to[at] = (byte) (value >> 24);
      to[at + 1] = (byte) (value >> 16);
      to[at + 2] = (byte) (value >> 8);
      to[at + 3] = (byte) value;
    }
  }

  private void room(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }
}
