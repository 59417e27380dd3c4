package s6j.logging;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Syscall;

/** A wait for one of several descriptors, or for time to pass. */
final class Waiting {
  static final short READABLE = 1;
  static final short WRITABLE = 4;

  /** Only what is told of a descriptor anyhow: that the other side is gone. */
  static final short HANGUP = 0;

  private static final int DESCRIPTORS_MAX = 8;

  private final ByteBuffer descriptors =
      ByteBuffer.allocate(8 * DESCRIPTORS_MAX).order(ByteOrder.nativeOrder());
  private long millis = -1;

  void watch(int fd, short events) {
    descriptors.putInt(fd).putShort(events).putShort((short) 0);
  }

  /** Waits so long at most; -1 for as long as it takes. */
  void atMost(long newMillis) {
    millis = newMillis;
  }

  /** Appends the call. It may fail, when it is interrupted. */
  int append(CallList calls) {
    int count = descriptors.position() / 8;
    byte[] array = java.util.Arrays.copyOf(descriptors.array(), descriptors.position());
    return calls.attempt(
        Syscall.PPOLL,
        bytes(array),
        number(count),
        millis < 0 ? nothing() : bytes(timespec(millis)),
        nothing(),
        number(8));
  }

  /** Appends a call that looks whether stdin is so, and does not wait: its result is 1 then. */
  static int appendLook(CallList calls, short events) {
    Waiting none = new Waiting();
    none.watch(0, events);
    none.atMost(0);
    return none.append(calls);
  }

  private static byte[] timespec(long millis) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putLong(millis / 1000)
        .putLong(millis % 1000 * 1_000_000)
        .array();
  }
}
