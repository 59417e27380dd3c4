package s6j.posix.shim;

import java.util.List;
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

  private static final byte[][] NONE = {};

  private Replies() {}

  /** How long the reply to a list can be at most. */
  static long largest(CallList list) {
    long size = FIXED;
    List<Call> calls = list.calls();
    for (int i = 0; i < calls.size(); i++) {
      size += 8 + 4L * calls.get(i).buffersBack() + calls.get(i).bytesBack();
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
    int n = call.buffersBack();
    if (n == 0) {
      return NONE;
    }
    byte[][] buffers = new byte[n][];
    for (int i = 0; i < n; i++) {
      buffers[i] = reply.getArray(reply.get32());
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
