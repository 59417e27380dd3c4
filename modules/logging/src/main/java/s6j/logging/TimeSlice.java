package s6j.logging;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * How long the process may run before another has its turn. It asks for less at a time than others
 * have, and is let in sooner for that: the kernel wakes the reader of a pipe on the CPU of the
 * writer, where it would wait for the end of the writer's slice (2 ms) if that one goes on. Kernels
 * before 6.12 take no notice.
 */
final class TimeSlice {
  /** A list of a logger without much to do takes a tenth of that. */
  private static final long NANOS = 100_000;

  // struct sched_attr, as it was in the beginning.
  private static final int SIZE = 48;
  private static final int POLICY = 4;
  private static final int FLAGS = 8;
  private static final int NICE = 16;
  private static final int RUNTIME = 24;

  private static final int SCHED_OTHER = 0;
  private static final long RESET_ON_FORK = 1;

  private TimeSlice() {}

  /** Asks for a short one, unless somebody has given the process another policy. */
  static void shorten(Posix posix) {
    CallList asking = new CallList();
    asking.attempt(Syscall.SCHED_GETATTR, nothing(), CallList.out(SIZE), number(SIZE), nothing());
    Results asked = posix.attempt(asking);
    if (asked.failed(0)) {
      return;
    }
    ByteBuffer attributes = ByteBuffer.wrap(asked.buffer(0)).order(ByteOrder.nativeOrder());
    if (attributes.getInt(POLICY) != SCHED_OTHER) {
      return;
    }
    attributes.putLong(RUNTIME, NANOS);
    if (attributes.getInt(NICE) >= 0) {
      // A processor has as much to do as any program. It would lose a negative value, too.
      attributes.putLong(FLAGS, attributes.getLong(FLAGS) | RESET_ON_FORK);
    }
    CallList setting = new CallList();
    setting.attempt(Syscall.SCHED_SETATTR, nothing(), bytes(attributes.array()), nothing());
    posix.attempt(setting);
  }
}
