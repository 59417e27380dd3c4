package s6j.chain;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.SpawnPlan;
import s6j.posix.SpawnPlan.Descriptor;
import s6j.posix.Syscall;

/**
 * Gives a forked child the descriptors that a spawned one would have. No exec follows that would
 * close what is left over, so nothing may be.
 */
final class ForkedDescriptors {
  private static final int F_DUPFD_CLOEXEC = 1030;

  private ForkedDescriptors() {}

  static void append(CallList calls, List<Descriptor> descriptors) {
    if (descriptors.isEmpty()) {
      return;
    }
    int above = 3;
    for (Descriptor descriptor : descriptors) {
      above = Math.max(above, descriptor.target() + 1);
    }
    copies(calls, descriptors, above);
    for (Descriptor descriptor : descriptors) {
      if (descriptor instanceof SpawnPlan.Open open) {
        open(calls, open, above);
      } else if (descriptor instanceof SpawnPlan.Closed closed) {
        calls.attempt(Syscall.CLOSE, number(closed.target()));
      }
    }
  }

  /** All sources are moved above all targets first, so that no copy overwrites another's source. */
  private static void copies(CallList calls, List<Descriptor> descriptors, int above) {
    int[] moved = new int[descriptors.size()];
    for (int i = 0; i < moved.length; i++) {
      if (descriptors.get(i) instanceof SpawnPlan.Copy copy) {
        moved[i] =
            calls.add(Syscall.FCNTL, number(copy.source()), number(F_DUPFD_CLOEXEC), number(above));
      }
    }
    for (int i = 0; i < moved.length; i++) {
      if (descriptors.get(i) instanceof SpawnPlan.Copy copy) {
        calls.add(Syscall.DUP3, resultOf(moved[i]), number(copy.target()), number(0));
        calls.add(Syscall.CLOSE, resultOf(moved[i]));
      }
    }
  }

  private static void open(CallList calls, SpawnPlan.Open open, int above) {
    int opened =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(open.path()),
            number(open.flags() | OpenFlags.CLOEXEC),
            number(open.mode()));
    int moved = calls.add(Syscall.FCNTL, resultOf(opened), number(F_DUPFD_CLOEXEC), number(above));
    calls.add(Syscall.CLOSE, resultOf(opened));
    calls.add(Syscall.DUP3, resultOf(moved), number(open.target()), number(0));
    calls.add(Syscall.CLOSE, resultOf(moved));
  }
}
