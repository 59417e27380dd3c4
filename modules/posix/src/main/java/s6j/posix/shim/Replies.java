package s6j.posix.shim;

import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.ProtocolException;
import s6j.posix.Results;

/**
 * Reads the two kinds of reply, after type and id: that of a call list, and the single value of
 * everything else.
 */
final class Replies {
  /** Type, id, and the value of everything but a list. */
  private static final int FIXED = 1 + 4 + 4 + 8;

  private Replies() {}

  /** How long the reply to a list can be at most. */
  static long largest(CallList list) {
    long size = FIXED;
    for (Call call : list.calls()) {
      size += 8;
      for (Call.Argument argument : call.arguments()) {
        size += 4L * argument.buffersBack() + argument.bytesBack();
      }
    }
    return size;
  }

  static Results results(Frame reply, CallList list) throws PosixException {
    int failed = reply.get32();
    int made = failed < 0 ? list.size() : failed + 1;
    if (made > list.size()) {
      throw new ProtocolException("reply to " + made + " calls, made were " + list.size());
    }
    long[] values = new long[list.size()];
    byte[][][] buffers = new byte[list.size()][][];
    for (int i = 0; i < made; i++) {
      values[i] = reply.get64();
      buffers[i] = buffers(reply, list.calls().get(i));
    }
    if (failed >= 0) {
      if (values[failed] >= 0) {
        throw PosixException.inPart(failed, values[failed]);
      }
      throw new PosixException(Errno.of((int) -values[failed]), failed);
    }
    return new Results(values, buffers);
  }

  /** The results of a list in which every call may fail. */
  static Results attempted(Frame reply, CallList list) {
    try {
      return results(reply, list);
    } catch (PosixException e) {
      throw new ProtocolException("a call that may fail has failed its list");
    }
  }

  private static byte[][] buffers(Frame reply, Call call) {
    byte[][] buffers = new byte[2][];
    int n = 0;
    for (int i = 0; i < call.arguments().size(); i++) {
      Call.Argument argument = call.arguments().get(i);
      for (int k = argument.buffersBack(); k > 0; k--) {
        if (n == buffers.length) {
          buffers = java.util.Arrays.copyOf(buffers, n + 2);
        }
        buffers[n++] = reply.getArray(reply.get32());
      }
    }
    return buffers;
  }

  static long value(Frame reply) throws PosixException {
    int failed = reply.get32();
    long value = reply.get64();
    if (failed != -1) {
      throw new PosixException(Errno.of((int) -value), failed);
    }
    return value;
  }
}
